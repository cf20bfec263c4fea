package io.drover.worker.hypervisor;

import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A host's hypervisor. VMs outlive the worker: they are found again by their id. */
public interface Hypervisor {
    HypervisorFacts facts();

    /**
     * Whether this host offers what a VM boots from and the networks of its cards; {@link #start} and {@link #startIncoming}
     * look too.
     *
     * @throws IOException naming what it does not offer
     */
    default void checkOffered(VmDefinition definition) throws IOException {}

    /** Names of the replication algorithms that the hypervisor carries out by itself ({@link SourceVm#nativeMirror}). */
    default Set<String> nativeAlgorithms() {
        return Set.of();
    }

    /** Starts a VM cold, running. Fails when one with this id is alive. */
    VmInstance start(VmDefinition definition) throws IOException, InterruptedException;

    /** Starts a VM that waits for its memory and does not run when that is complete. */
    IncomingVm startIncoming(VmDefinition definition) throws IOException, InterruptedException;

    /**
     * Connects to a VM whose process lives. Empty means proven gone (by pid and start time), never "did not answer": that
     * is an {@link IOException}.
     */
    Optional<VmInstance> find(VmId vm) throws IOException, InterruptedException;

    /** As {@link #find}, for the source of a migration. */
    Optional<SourceVm> findSource(VmId vm) throws IOException, InterruptedException;

    /** As {@link #find}, for a VM that {@link #startIncoming} started, whether its memory has arrived or not. */
    Optional<IncomingVm> findIncoming(VmId vm) throws IOException, InterruptedException;

    /** Ids of the VMs whose processes live on this host. */
    List<VmId> alive() throws IOException;
}
