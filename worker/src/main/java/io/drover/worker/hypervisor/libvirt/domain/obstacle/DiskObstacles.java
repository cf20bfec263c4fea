package io.drover.worker.hypervisor.libvirt.domain.obstacle;

import io.drover.messages.text.Shown;
import io.drover.worker.hypervisor.libvirt.domain.DiskSource.Kind;
import io.drover.worker.hypervisor.libvirt.domain.DomainDisk;
import io.drover.worker.hypervisor.libvirt.domain.DomainDisk.Handling;
import io.drover.worker.hypervisor.libvirt.domain.obstacle.MoveObstacle.Cause;
import java.util.List;

/** What keeps disks from being copied or opened at the destination. */
final class DiskObstacles {
    private final ObstacleList obstacles;
    private final boolean inIothread;
    private final boolean exportsFromIothreads;

    DiskObstacles(ObstacleList obstacles, boolean inIothread, boolean exportsFromIothreads) {
        this.obstacles = obstacles;
        this.inIothread = inIothread;
        this.exportsFromIothreads = exportsFromIothreads;
    }

    void check(List<DomainDisk> disks) {
        for (DomainDisk disk : disks) {
            source(disk);
            state(disk);
        }
    }

    private void source(DomainDisk disk) {
        String name = "disk " + disk.target();
        Kind kind = disk.source().kind();
        if (kind == Kind.NONE && !disk.removable()) {
            obstacles.forbid(
                    Cause.DISK_WITHOUT_SOURCE, name, "has no source", "detach it, or give it an image or a device");
        }
        String problem = switch (kind) {
            case NVME -> "is an NVMe device of this host";
            case VHOSTUSER -> "is served by another process (vhost-user)";
            case DIR -> "shows a folder of this host";
            case UNKNOWN -> "is of a type that Drover does not know";
            case FILE, BLOCK, NETWORK, VOLUME, NONE -> "";
        };
        if (!problem.isEmpty()) {
            obstacles.forbid(
                    Cause.DISK_KIND, name, problem, "detach it, or copy it to an image and give it to the domain");
        }
        boolean copied = disk.handling() == Handling.COPIED || disk.handling() == Handling.COPIED_READ_ONLY;
        if (copied && disk.encryption() != null) {
            obstacles.forbid(
                    Cause.ENCRYPTED_DISK,
                    name,
                    "is decrypted by QEMU (" + Shown.text(disk.encryption())
                            + "), so its content would be sent and stored in the clear",
                    "encrypt below the image (dm-crypt, LUKS on the host) or inside the guest, both of which move");
        }
        if (copied && disk.device().equals("lun")) {
            obstacles.forbidRunning(
                    Cause.LUN,
                    name,
                    "is a SCSI device passed through, past which QEMU cannot see what the guest writes",
                    "change it to device='disk', or shut the domain down and move it idle");
        }
        if (copied && inIothread && !exportsFromIothreads && !disk.raw()) {
            obstacles.forbidRunning(
                    Cause.IOTHREAD,
                    name,
                    "has the format " + Shown.text(String.valueOf(disk.format()))
                            + " in a domain with iothreads, which QEMU before 9.0 cannot export",
                    "shut the domain down and move it idle, take its iothreads away, or run it under QEMU 9.0");
        }
    }

    private void state(DomainDisk disk) {
        String name = "disk " + disk.target();
        if (disk.transientDisk()) {
            obstacles.forbidRunning(
                    Cause.TRANSIENT_DISK,
                    name,
                    "is transient: what the guest writes lies in a file that libvirt drops",
                    "shut the domain down and move it idle");
        }
        if (disk.mirror()) {
            obstacles.forbid(
                    Cause.BLOCK_JOB,
                    name,
                    "is being copied or committed by a block job of libvirt",
                    "wait for it, or end it: virsh blockjob DOMAIN " + Shown.text(disk.target()) + " --abort");
        }
    }
}
