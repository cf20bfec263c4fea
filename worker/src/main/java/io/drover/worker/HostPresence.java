package io.drover.worker;

import io.drover.messages.ProgramVersion;
import io.drover.schema.worker.WorkerStore;
import io.drover.schema.worker.WorkerStore.HostFacts;
import io.drover.worker.image.ImageStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** Tells the database what this host is and that it lives. */
final class HostPresence {
    private final WorkerConfig config;
    private final WorkerStore store;
    private final ImageStore images;
    private final KnownVms vms;
    private final String peerAddress;
    private final Supplier<Optional<String>> brokerTrouble;
    private volatile Optional<String> trouble = Optional.of("not asked yet");

    /**
     * @param peerAddress where this worker really listens
     * @param brokerTrouble why the broker cannot be used at the moment
     */
    HostPresence(
            WorkerConfig config,
            String peerAddress,
            Supplier<Optional<String>> brokerTrouble,
            WorkerStore store,
            ImageStore images,
            KnownVms vms) {
        this.config = config;
        this.store = store;
        this.images = images;
        this.vms = vms;
        this.peerAddress = peerAddress;
        this.brokerTrouble = brokerTrouble;
    }

    /** Registers the host and reads anew what its VMs are made of; takes {@code HypervisorFacts.version}. */
    void announce(String hypervisor) throws IOException {
        var facts = new HostFacts(
                peerAddress,
                hypervisor,
                config.capacity().cpuCores(),
                config.capacity().memoryBytes(),
                imagesBytes(config.folders().images()),
                images.freeBytes(),
                config.capacity().linkBytesPerSecond(),
                brokerTrouble.get().orElse(null),
                ProgramVersion.current().toString());
        try {
            store.registerHost(facts);
            vms.refresh(store);
            trouble = Optional.empty();
        } catch (RuntimeException e) {
            trouble = Optional.of(String.valueOf(e.getMessage()));
            throw e;
        }
    }

    /** Why the database could not be told lately that this host lives. */
    Optional<String> trouble() {
        return trouble;
    }

    /** Size of the file system that holds the images. */
    static long imagesBytes(Path folder) throws IOException {
        return Files.getFileStore(folder).getTotalSpace();
    }
}
