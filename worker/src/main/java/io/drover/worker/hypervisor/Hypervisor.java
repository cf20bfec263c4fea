package io.drover.worker.hypervisor;

import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A host's hypervisor. Machines outlive the worker: they are found again by their id. */
public interface Hypervisor {
    HypervisorFacts facts();

    /**
     * Whether this host offers what a machine boots from; {@link #start} and {@link #startIncoming} look too.
     *
     * @throws IOException naming what it does not offer
     */
    default void checkBoot(VmDefinition definition) throws IOException {}

    /** Starts a machine cold, running. Fails when one with this id is alive. */
    Machine start(VmDefinition definition) throws IOException, InterruptedException;

    /** Starts a machine that waits for its memory and does not run when that is complete. */
    Machine startIncoming(VmDefinition definition) throws IOException, InterruptedException;

    /**
     * Connects to a machine whose process lives. Empty means proven gone (by pid and start time), never "did not
     * answer": that is an {@link IOException}.
     */
    Optional<Machine> find(VmId vm) throws IOException, InterruptedException;

    /** Ids of the machines whose processes live on this host. */
    List<VmId> alive() throws IOException;
}
