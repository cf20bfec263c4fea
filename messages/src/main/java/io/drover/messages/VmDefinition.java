package io.drover.messages;

import io.drover.messages.text.Shown;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a VM is made of, the same on every host that runs it.
 *
 * @param machine versioned machine type of QEMU, for example {@code pc-q35-7.2}; an alias such as {@code q35} is
 *     refused, because it means something else on another version
 * @param cpuModel CPU model of QEMU, for example {@code qemu64}
 * @param boot direct kernel boot, or null to boot from the first disk
 */
public record VmDefinition(
        VmId id,
        String name,
        int vcpus,
        long memoryBytes,
        String machine,
        String cpuModel,
        NetworkCards networkCards,
        @Nullable DirectBoot boot,
        List<DiskDefinition> disks) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Pattern MACHINE = Pattern.compile("[a-z0-9-]+-\\d+\\.\\d+(\\.\\d+)?");
    private static final Pattern CPU_MODEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+=-]*(,[A-Za-z0-9._+=-]+)*");
    private static final long MEMORY_MIN_BYTES = 16L << 20;
    /** All that 46 bits address, as many as most x86 processors have. */
    private static final long MEMORY_MAX_BYTES = 64L << 40;
    /** QEMU's names are far shorter; a list of CPU features may be long. */
    private static final int WORD_MAX = 1000;

    public VmDefinition {
        require(
                isName(name),
                "name: '" + Shown.text(name) + "' must be at most 63 lower-case letters, digits and dashes");
        require(vcpus >= 1 && vcpus <= 256, "vcpus: " + vcpus + " is not between 1 and 256");
        require(memoryBytes >= MEMORY_MIN_BYTES, "memory_bytes: " + memoryBytes + " is below 16 MiB");
        require(memoryBytes <= MEMORY_MAX_BYTES, "memory_bytes: " + memoryBytes + " is above 64 TiB");
        require(
                machine.length() <= WORD_MAX && MACHINE.matcher(machine).matches(),
                "machine: '" + Shown.text(machine) + "' must be a versioned machine type such as pc-q35-7.2");
        require(
                cpuModel.length() <= WORD_MAX && CPU_MODEL.matcher(cpuModel).matches(),
                "cpu_model: '" + Shown.text(cpuModel) + "' is not a CPU model");
        require(!disks.isEmpty() || boot != null, "disks: a VM without a disk needs a direct boot");
        require(disks.size() <= 16, "disks: at most 16");
        var seen = new HashSet<Object>();
        for (DiskDefinition disk : disks) {
            require(seen.add(disk.id()), "disks: " + disk.id() + " stands twice");
            require(seen.add(disk.image()), "disks: image " + disk.image() + " stands twice");
        }
        disks = List.copyOf(disks);
        for (int card = 0; card < networkCards.list().size(); card++) {
            MacAddress address = address(id, networkCards, card);
            require(seen.add(address), "network_cards: mac " + address + " stands twice");
        }
    }

    /** The address of a network card, counted from 0: the same on every host. */
    public MacAddress cardAddress(int card) {
        return address(id, networkCards, card);
    }

    private static MacAddress address(VmId id, NetworkCards cards, int card) {
        MacAddress own = cards.list().get(card).mac();
        return own == null ? MacAddress.derived(id, card) : own;
    }

    /** Whether a VM may be called so. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
