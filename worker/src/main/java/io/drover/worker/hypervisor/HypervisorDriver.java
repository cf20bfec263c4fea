package io.drover.worker.hypervisor;

import io.drover.messages.config.ConfigException;
import io.drover.messages.config.Settings;
import io.drover.messages.time.Clock;
import io.drover.worker.image.file.ImageLocks;
import io.drover.worker.image.qcow2.Qcow2Images;
import io.drover.worker.pki.Encryption;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A kind of hypervisor that a worker can drive. {@code Hypervisors} lists them. */
public interface HypervisorDriver {
    /** What {@code hypervisor} in a worker's configuration says to choose it. */
    String name();

    /**
     * Reads the driver's own keys, all of which begin with its name.
     *
     * @param runFolder of the worker, for what the driver's sockets in it are limited to
     * @throws ConfigException naming the key
     */
    Configured read(Settings settings, Path runFolder) throws ConfigException;

    /** A driver whose keys have been read. */
    @FunctionalInterface
    interface Configured {
        /**
         * Opens the host's hypervisor.
         *
         * @throws IOException the hypervisor cannot be used
         */
        Parts open(Site site, Clock clock) throws IOException;
    }

    /**
     * What other keys of a worker's configuration say to every driver.
     *
     * @param runFolder holds sockets, process ids and logs of the VMs; exists
     * @param imagesFolder holds the disks' images; exists
     * @param bootFolder holds the kernels and initial ram disks that VMs may boot from directly; null: none may
     * @param encryption of what the hypervisor sends to other hosts by itself
     * @param mirrorWindowBytes what the worker takes of a guest's mirrored writes before the destination has them; 0: nothing, a
     *     write is answered when the destination has made it durable
     */
    record Site(
            Path runFolder,
            Path imagesFolder,
            @Nullable Path bootFolder,
            Encryption encryption,
            long mirrorWindowBytes) {
        /** A sixth of a second at 200 Mbit/s: no more of the pause than that is spent on sending it. */
        public static final long MIRROR_WINDOW_BYTES = 4 << 20;
    }

    /**
     * What a driver brings to a worker.
     *
     * @param imageLocks by which the hypervisor keeps others off an image
     * @param qcow2 the images of that format in the images folder
     * @param upkeep what is to be done every few seconds so that nothing of the VMs grows without bound; may fail, and is
     *     then done again at the next time
     */
    record Parts(Hypervisor hypervisor, ImageLocks imageLocks, Qcow2Images qcow2, Upkeep upkeep) {}

    /** Regular work of a driver. */
    @FunctionalInterface
    interface Upkeep {
        void run() throws IOException;
    }
}
