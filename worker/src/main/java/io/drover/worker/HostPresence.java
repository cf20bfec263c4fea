package io.drover.worker;

import io.drover.schema.worker.WorkerStore;
import io.drover.schema.worker.WorkerStore.HostFacts;
import io.drover.worker.image.ImageStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells the database what this host is and that it lives. */
final class HostPresence {
    private final WorkerConfig config;
    private final WorkerStore store;
    private final ImageStore images;
    private final KnownVms vms;
    private final String peerAddress;

    /** {@code peerAddress}: where this worker really listens. */
    HostPresence(WorkerConfig config, String peerAddress, WorkerStore store, ImageStore images, KnownVms vms) {
        this.config = config;
        this.store = store;
        this.images = images;
        this.vms = vms;
        this.peerAddress = peerAddress;
    }

    /** Registers the host and reads anew what its VMs are made of; takes {@code HypervisorFacts.version}. */
    void announce(String hypervisor) throws IOException {
        store.registerHost(new HostFacts(
                peerAddress,
                hypervisor,
                config.capacity().cpuCores(),
                config.capacity().memoryBytes(),
                imagesBytes(config.folders().images()),
                images.freeBytes(),
                config.capacity().linkBytesPerSecond()));
        vms.refresh(store);
    }

    /** Size of the file system that holds the images. */
    static long imagesBytes(Path folder) throws IOException {
        return Files.getFileStore(folder).getTotalSpace();
    }
}
