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
    private final String hypervisor;

    /** Takes the hypervisor's version as in {@code HypervisorFacts.version}. */
    HostPresence(WorkerConfig config, WorkerStore store, ImageStore images, KnownVms vms, String hypervisor) {
        this.config = config;
        this.store = store;
        this.images = images;
        this.vms = vms;
        this.hypervisor = hypervisor;
    }

    /** Registers the host and reads anew what its machines are made of. */
    void announce() throws IOException {
        store.registerHost(new HostFacts(
                config.peer().hostAndPort(),
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
