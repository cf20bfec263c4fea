package io.drover.worker.hypervisor.qemu.process;

import io.drover.worker.hypervisor.HypervisorDriver.Site;
import io.drover.worker.pki.Encryption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How this host runs QEMU.
 *
 * @param binary a path, or a name to be looked up in {@code PATH}
 * @param runFolder holds a folder for each VM with its sockets and logs; a short path, because that of a socket may
 *     have 107 bytes at most
 * @param imagesFolder holds the disks' images
 * @param encryption of mirrors on their way between hosts
 * @param mirrorWindowBytes what the worker takes of a guest's mirrored writes before the destination has them; 0: nothing, a
 *     write is answered when the destination has made it durable
 * @param accelerator {@code auto} (kvm where a guest really runs with it, else tcg), {@code kvm} or {@code tcg}
 * @param bootFolder holds the kernels and initial ram disks that VMs may boot from directly; null: none may
 * @param unit in which each VM's QEMU runs; null: it is started by the worker itself
 * @param networks that the cards of VMs can be on
 */
public record QemuConfig(
        Path binary,
        Path runFolder,
        Path imagesFolder,
        String accelerator,
        Limits limits,
        Encryption encryption,
        long mirrorWindowBytes,
        @Nullable Path bootFolder,
        @Nullable GuestUnit unit,
        HostNetworks networks) {
    public QemuConfig {
        if (!Set.of("auto", "kvm", "tcg").contains(accelerator)) {
            throw new IllegalArgumentException("accelerator: '" + accelerator + "' is not one of auto, kvm, tcg");
        }
        if (mirrorWindowBytes < 0) {
            throw new IllegalArgumentException("mirror window: " + mirrorWindowBytes + " is negative");
        }
        runFolder = runFolder.toAbsolutePath();
        imagesFolder = imagesFolder.toAbsolutePath();
        requireShort(runFolder);
    }

    /** Throws {@link IllegalArgumentException} where the paths of sockets below the run folder would be too long. */
    public static void requireShort(Path runFolder) {
        VmFolder.checkLength(runFolder);
    }

    /** Debian's QEMU with deadlines that suit a busy host. */
    public static QemuConfig of(Path runFolder, Path imagesFolder) {
        return new QemuConfig(
                Path.of("qemu-system-x86_64"),
                runFolder,
                imagesFolder,
                "auto",
                Limits.defaults(),
                Encryption.off(),
                Site.MIRROR_WINDOW_BYTES,
                null,
                null,
                HostNetworks.none());
    }

    /**
     * Deadlines.
     *
     * @param command for one command of the monitor or one request of an NBD connection, and for an effect that follows
     *     it at once
     * @param start until a new process serves its monitor
     * @param quit for a clean end, before the process is killed
     * @param probe for a tiny guest to boot, when the accelerator is found
     */
    public record Limits(Duration command, Duration start, Duration quit, Duration probe) {
        public static Limits defaults() {
            return new Limits(
                    Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofSeconds(20), Duration.ofSeconds(15));
        }
    }
}
