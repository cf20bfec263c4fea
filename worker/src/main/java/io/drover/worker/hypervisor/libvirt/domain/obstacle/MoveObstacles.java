package io.drover.worker.hypervisor.libvirt.domain.obstacle;

import io.drover.messages.text.Shown;
import io.drover.worker.hypervisor.libvirt.domain.DomainDefinition;
import io.drover.worker.hypervisor.libvirt.domain.DomainDefinition.Platform;
import io.drover.worker.hypervisor.libvirt.domain.DomainXml;
import io.drover.worker.hypervisor.libvirt.domain.obstacle.MoveObstacle.Cause;
import io.drover.worker.hypervisor.libvirt.xml.XmlElement;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds what keeps a domain from moving, before anything is done. Libvirt refuses some of it itself at Begin
 * ({@code qemuMigrationSrcIsAllowed}); here each is named with its device, and what libvirt would not see but Drover would
 * lose is named too.
 *
 * <p>Not in the XML, and so to be asked elsewhere: snapshots, backups under way, paused for an I/O error, files on shared
 * storage, and what the host of the destination has.
 */
public final class MoveObstacles {
    private static final Pattern UPSTREAM_MACHINE = Pattern.compile("[a-z0-9-]+-[0-9]+\\.[0-9]+(\\.[0-9]+)?");
    private static final Set<String> UNVERSIONED = Set.of("microvm", "isapc", "none");
    private static final String QEMU_NAMESPACE = "http://libvirt.org/schemas/domain/qemu/1.0";

    private MoveObstacles() {}

    /**
     * In the order of the XML, warnings among them.
     *
     * @param live of a running domain the live XML, of an idle one the inactive one (see {@link DomainXml})
     * @param running whether the domain has a QEMU
     * @param exportsFromIothreads whether the host's QEMU can export disks that are in an iothread: 9.0 and later
     */
    public static List<MoveObstacle> of(DomainXml live, boolean running, boolean exportsFromIothreads) {
        var obstacles = new ObstacleList(running);
        DomainDefinition domain = live.definition();
        ofDomain(live.xml().root(), domain, obstacles);
        new DiskObstacles(obstacles, inIothread(live), exportsFromIothreads).check(domain.disks());
        new InterfaceObstacles(obstacles).check(domain.interfaces());
        new DeviceObstacles(obstacles).check(domain);
        return obstacles.found();
    }

    private static void ofDomain(XmlElement root, DomainDefinition domain, ObstacleList obstacles) {
        if (!domain.type().equals("kvm") && !domain.type().equals("qemu")) {
            obstacles.forbid(
                    Cause.NOT_QEMU,
                    "domain",
                    "is of type " + Shown.text(domain.type()),
                    "only domains of type kvm and qemu move");
        }
        ofSecurity(root, domain, obstacles);
        ofPlatform(domain.platform(), obstacles);
        XmlElement os = root.child("os");
        if (os != null && (os.has("kernel") || os.has("initrd") || os.has("dtb"))) {
            obstacles.warn(
                    Cause.DIRECT_BOOT,
                    "domain",
                    "starts from a kernel of the host",
                    "have the files of <os> at the same paths of the destination");
        }
        if (root.children().stream().anyMatch(one -> one.namespace().equals(QEMU_NAMESPACE))) {
            obstacles.warn(
                    Cause.QEMU_ARGUMENTS,
                    "domain",
                    "has arguments for QEMU that libvirt does not read (qemu:commandline)",
                    "see that they are right at the destination too");
        }
    }

    private static void ofSecurity(XmlElement root, DomainDefinition domain, ObstacleList obstacles) {
        String security = domain.launchSecurity();
        if (security != null && obstacles.running()) {
            obstacles.forbid(
                    Cause.LAUNCH_SECURITY,
                    "domain",
                    "its memory is encrypted by the processor (" + Shown.text(security) + ")",
                    "shut it down and move it idle");
        } else if (security != null) {
            obstacles.warn(
                    Cause.LAUNCH_SECURITY,
                    "domain",
                    "needs a host with " + Shown.text(security),
                    "see that the destination has it");
        }
        if (obstacles.running() && countsByTheHost(root)) {
            obstacles.forbid(
                    Cause.INVARIANT_TSC,
                    "domain",
                    "requires the CPU feature invtsc without a frequency, which QEMU does not migrate",
                    "add <timer name='tsc' frequency='…'/> to <clock>, or remove the feature");
        }
    }

    private static boolean countsByTheHost(XmlElement root) {
        XmlElement cpu = root.child("cpu");
        boolean invariant = cpu != null
                && cpu.children("feature").stream()
                        .anyMatch(one -> "invtsc".equals(one.value("name"))
                                && Set.of("require", "force").contains(one.value("policy", "require")));
        boolean fixed = root.children("clock").stream()
                .flatMap(clock -> clock.children("timer").stream())
                .anyMatch(timer -> "tsc".equals(timer.value("name")) && timer.attribute("frequency") != null);
        return invariant && !fixed;
    }

    private static void ofPlatform(Platform platform, ObstacleList obstacles) {
        String mode = platform.cpuMode();
        if ("host-passthrough".equals(mode) || "maximum".equals(mode)) {
            obstacles.warn(
                    Cause.HOST_CPU,
                    "domain",
                    "its CPU is the host's (mode " + mode + ")",
                    "move it only to hosts with the same processor and microcode, or give it a model");
        }
        String machine = platform.machine();
        boolean upstream = UPSTREAM_MACHINE.matcher(machine).matches();
        if (!machine.isEmpty() && !upstream && !UNVERSIONED.contains(machine)) {
            obstacles.warn(
                    Cause.MACHINE_TYPE,
                    "domain",
                    "its machine type " + Shown.text(machine) + " is not one of QEMU's own with a version",
                    "see that the destination's QEMU has it, and means the same by it");
        }
    }

    /** As decision 48 has it: where there is one iothread, every disk may live in it. */
    private static boolean inIothread(DomainXml live) {
        return live.definition().iothreads() > 0
                || live.definition().disks().stream().anyMatch(disk -> disk.iothread() != null)
                || live.xml().root().has("iothreadids");
    }
}
