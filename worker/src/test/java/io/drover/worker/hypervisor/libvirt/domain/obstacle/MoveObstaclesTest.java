package io.drover.worker.hypervisor.libvirt.domain.obstacle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.drover.worker.hypervisor.libvirt.domain.DomainXml;
import io.drover.worker.hypervisor.libvirt.domain.Samples;
import io.drover.worker.hypervisor.libvirt.domain.obstacle.MoveObstacle.Cause;
import io.drover.worker.hypervisor.libvirt.xml.XmlException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MoveObstaclesTest {
    private static final Set<Cause> OF_RUNNING_ONLY =
            EnumSet.of(Cause.INVARIANT_TSC, Cause.TRANSIENT_DISK, Cause.LUN, Cause.IOTHREAD, Cause.SHARED_MEMORY);
    private static final Set<Cause> OF_IDLE_ONLY = EnumSet.of(Cause.TPM_STATE, Cause.UEFI_VARIABLES);

    @Test
    void everythingThatCannotMoveIsNamed() throws XmlException {
        assertThat(running(Samples.read("cannot-move")))
                .extracting(one -> one.device() + " " + one.cause() + (one.forbids() ? "" : " warning"))
                .containsExactly(
                        "domain INVARIANT_TSC",
                        "domain DIRECT_BOOT warning",
                        "disk vda TRANSIENT_DISK",
                        "disk vdb ENCRYPTED_DISK",
                        "disk vdc DISK_KIND",
                        "disk vdd DISK_KIND",
                        "disk fda DISK_KIND",
                        "disk sda LUN",
                        "interface 52:54:00:aa:bb:21 INTERFACE_KIND",
                        "interface 52:54:00:aa:bb:22 INTERFACE_PEER warning",
                        "interface 52:54:00:aa:bb:23 INTERFACE_KIND",
                        "interface 52:54:00:aa:bb:24 INTERFACE_KIND",
                        "interface 52:54:00:aa:bb:26 INTERFACE_PEER warning",
                        "interface 52:54:00:aa:bb:27 INTERFACE_PEER warning",
                        "interface 52:54:00:aa:bb:28 NETWORK_FILTER warning",
                        "filesystem /srv/share SHARED_FOLDER",
                        "filesystem /srv/other SHARED_FOLDER",
                        "smartcard HOST_DEVICE",
                        "serial /dev/ttyS0 HOST_PORT warning",
                        "input /dev/input/event3 HOST_DEVICE",
                        "tpm HOST_TPM",
                        "hostdev 0000:06:12.5 HOST_DEVICE",
                        "hostdev 1234:beef HOST_DEVICE",
                        "shmem peers SHARED_MEMORY",
                        "memory /srv/nvdimm.img MEMORY_FILE");
    }

    @Test
    void whatLivesInTheProcessDoesNotKeepAnIdleDomain() throws XmlException {
        List<MoveObstacle> running = running(Samples.read("cannot-move"));
        assertThat(idle(Samples.read("cannot-move")))
                .isEqualTo(running.stream()
                        .filter(one -> !OF_RUNNING_ONLY.contains(one.cause()))
                        .toList());
    }

    @Test
    void aSentenceNamesDeviceProblemAndRemedy() throws XmlException {
        assertThat(running(Samples.domain("", "<disk><target dev='vda'/><transient/><mirror/></disk>")))
                .extracting(MoveObstacle::toString)
                .containsExactly(
                        "disk vda: has no source; detach it, or give it an image or a device",
                        "disk vda: is transient: what the guest writes lies in a file that libvirt drops; "
                                + "shut the domain down and move it idle",
                        "disk vda: is being copied or committed by a block job of libvirt; "
                                + "wait for it, or end it: virsh blockjob DOMAIN vda --abort");
    }

    @Test
    void plainDomainsMove() throws XmlException {
        // A domain without disks, and one whose disks are all on the network or empty.
        assertThat(running(Samples.read("ovirt"))).isEmpty();
        assertThat(running(Samples.read("network-disks"))).isEmpty();
        assertThat(running(Samples.read("nova"))).isEmpty();
        assertThat(idle(Samples.read("nova"))).isEmpty();
        assertThat(causes(idle(Samples.read("idle")))).containsExactly(Cause.QEMU_ARGUMENTS);
    }

    @Test
    void qcow2InAnIothreadNeedsQemu9() throws XmlException {
        assertThat(running(Samples.read("running")))
                .filteredOn(MoveObstacle::forbids)
                .extracting(MoveObstacle::cause, MoveObstacle::device)
                .containsExactly(tuple(Cause.IOTHREAD, "disk vdb"));
        assertThat(MoveObstacles.of(Samples.read("running"), true, true)).noneMatch(MoveObstacle::forbids);
        String qcow2 = "<disk type='file'><driver type='qcow2'/><source file='/a'/><target dev='vda'/></disk>";
        assertThat(causes(running(Samples.domain("<iothreads>1</iothreads>", qcow2))))
                .containsExactly(Cause.IOTHREAD);
        assertThat(causes(running(Samples.domain("", qcow2)))).isEmpty();
    }

    @Test
    void aBlockJobOfLibvirtIsSeen() throws XmlException {
        // As libvirt 9.0 shows a finished "virsh blockcopy" without --pivot.
        String job = """
                <mirror type='file' file='/srv/copy.raw' format='raw' job='copy' ready='yes'>
                        <format type='raw'/>
                        <source file='/srv/copy.raw' index='10'/>
                        <backingStore/>
                      </mirror>
                      <target dev='vda'""";
        String text = Samples.text("running").replace("<target dev='vda'", job);
        assertThat(causes(MoveObstacles.of(DomainXml.parse(text), true, true)))
                .containsExactly(Cause.QEMU_ARGUMENTS, Cause.BLOCK_JOB);
    }

    @Test
    void firmwareStateGoesWithTheMemoryOnly() throws XmlException {
        assertThat(causes(running(Samples.read("uefi-tpm")))).containsExactly(Cause.HOST_CPU);
        assertThat(idle(Samples.read("uefi-tpm")))
                .filteredOn(MoveObstacle::forbids)
                .extracting(MoveObstacle::cause)
                .containsExactly(Cause.TPM_STATE, Cause.UEFI_VARIABLES);
    }

    @Test
    void encryptedMemoryIsAMatterOfTheHostWhenIdle() throws XmlException {
        DomainXml sev = Samples.domain("<launchSecurity type='sev'><cbitpos>47</cbitpos></launchSecurity>", "");
        assertThat(running(sev)).extracting(MoveObstacle::forbids).containsExactly(true);
        assertThat(idle(sev)).extracting(MoveObstacle::forbids).containsExactly(false);
    }

    @Test
    void machinesOfADistributionAreAWarning() throws XmlException {
        for (String machine : List.of("pc-q35-7.2", "pc-i440fx-2.11", "virt-8.2", "s390-ccw-virtio-8.2", "microvm")) {
            assertThat(running(withMachine(machine))).as(machine).isEmpty();
        }
        for (String machine : List.of("pc", "q35", "pc-q35-rhel9.2.0", "pc-i440fx-jammy", "pc-i440fx-xenial-v2.0")) {
            assertThat(running(withMachine(machine)))
                    .as(machine)
                    .extracting(MoveObstacle::cause, MoveObstacle::forbids)
                    .containsExactly(tuple(Cause.MACHINE_TYPE, false));
        }
    }

    private static DomainXml withMachine(String machine) throws XmlException {
        return Samples.domain("<os><type arch='x86_64' machine='" + machine + "'>hvm</type></os>", "");
    }

    @Test
    void whatIsNotKnownDoesNotMove() throws XmlException {
        assertThat(causes(running(Samples.domain(
                        "",
                        "<disk type='hologram'><source x='y'/><target dev='vda'/></disk>"
                                + "<interface type='warp'><mac address='52:54:00:00:00:01'/></interface>"))))
                .containsExactly(Cause.DISK_KIND, Cause.INTERFACE_KIND);
        assertThat(causes(running(DomainXml.parse(Samples.text("ovirt").replace("type='qemu'", "type='xen'")))))
                .containsExactly(Cause.NOT_QEMU);
    }

    @Test
    void anInvariantClockWithAFrequencyMoves() throws XmlException {
        String cpu = "<cpu><feature policy='require' name='invtsc'/></cpu>";
        assertThat(causes(running(Samples.domain(cpu, "")))).containsExactly(Cause.INVARIANT_TSC);
        assertThat(running(Samples.domain(cpu + "<clock><timer name='tsc' frequency='3000000000'/></clock>", "")))
                .isEmpty();
    }

    /** A cause that nothing here meets would not be tested. */
    @Test
    void everyCauseIsMet() throws XmlException {
        Set<Cause> met = EnumSet.noneOf(Cause.class);
        for (String name : Samples.NAMES) {
            met.addAll(causes(running(Samples.read(name))));
            met.addAll(causes(idle(Samples.read(name))));
        }
        met.addAll(List.of(
                Cause.NOT_QEMU, Cause.LAUNCH_SECURITY, Cause.MACHINE_TYPE, Cause.DISK_WITHOUT_SOURCE, Cause.BLOCK_JOB));
        assertThat(met).containsExactlyInAnyOrder(Cause.values());
        assertThat(causes(running(Samples.read("uefi-tpm")))).doesNotContainAnyElementsOf(OF_IDLE_ONLY);
    }

    private static List<MoveObstacle> running(DomainXml domain) {
        return MoveObstacles.of(domain, true, false);
    }

    private static List<MoveObstacle> idle(DomainXml domain) {
        return MoveObstacles.of(domain, false, false);
    }

    private static List<Cause> causes(List<MoveObstacle> obstacles) {
        return obstacles.stream().map(MoveObstacle::cause).toList();
    }
}
