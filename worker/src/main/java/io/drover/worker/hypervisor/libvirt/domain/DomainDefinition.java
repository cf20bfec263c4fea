package io.drover.worker.hypervisor.libvirt.domain;

import io.drover.messages.VmId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A domain, as far as a migration, a list of domains and a list of reasons need it.
 *
 * @param type {@code kvm}, {@code qemu} and others
 * @param runId libvirt's number of a running domain; null in the inactive and in the migratable XML
 * @param name any text without line breaks, unique on its host
 * @param tpm type of the TPM's backend ({@code emulator}, {@code passthrough}, {@code external}); null: no TPM
 * @param iothreads how many
 * @param devices those of which a move needs to know, in the order of the XML
 * @param launchSecurity such as {@code sev}; null: none
 * @param metadata namespaces of the children of {@code <metadata>}
 * @param owner who manages the domain besides libvirt; null: nobody known
 */
public record DomainDefinition(
        String type,
        @Nullable Long runId,
        String name,
        VmId id,
        @Nullable String title,
        @Nullable String description,
        Vcpus vcpus,
        Memory memory,
        Platform platform,
        Firmware firmware,
        @Nullable String tpm,
        int iothreads,
        List<DomainDisk> disks,
        List<DomainInterface> interfaces,
        List<DomainDevice> devices,
        @Nullable String launchSecurity,
        List<SecurityLabel> securityLabels,
        List<String> metadata,
        @Nullable CloudOwner owner) {
    public DomainDefinition {
        disks = List.copyOf(disks);
        interfaces = List.copyOf(interfaces);
        devices = List.copyOf(devices);
        securityLabels = List.copyOf(securityLabels);
        metadata = List.copyOf(metadata);
    }

    /**
     * Virtual processors.
     *
     * @param current those that are plugged
     */
    public record Vcpus(int current, int maximum) {}

    /**
     * Memory.
     *
     * @param currentBytes what the balloon leaves to the guest
     * @param maximumBytes what the guest has without a balloon, plugged memory included
     */
    public record Memory(long currentBytes, long maximumBytes) {}

    /**
     * What the guest sees of machine and processor.
     *
     * @param machine such as {@code pc-q35-7.2}
     * @param cpuMode {@code custom}, {@code host-model}, {@code host-passthrough}, {@code maximum}; null: QEMU's default
     * @param cpuModel of {@code custom}
     */
    public record Platform(
            String arch,
            String machine,
            @Nullable String cpuMode,
            @Nullable String cpuModel) {}

    /**
     * UEFI, or nothing of it.
     *
     * @param nvram path of the variables' file; null: none, or one that is not a file
     * @param nvramTemplate from which that file is made
     */
    public record Firmware(
            @Nullable String loader,
            @Nullable String nvram,
            @Nullable String nvramTemplate) {}

    /**
     * A {@code <seclabel>} of the domain.
     *
     * @param type {@code dynamic}, {@code static} or {@code none}
     * @param model {@code selinux}, {@code apparmor}, {@code dac}; null where none is said
     */
    public record SecurityLabel(String type, @Nullable String model) {}
}
