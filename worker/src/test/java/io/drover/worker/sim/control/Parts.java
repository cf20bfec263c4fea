package io.drover.worker.sim.control;

import io.drover.schema.worker.WorkerStore;
import io.drover.worker.hypervisor.Hypervisor;
import io.drover.worker.image.ImageStore;
import io.drover.worker.migration.destination.PulledDisks;
import io.drover.worker.migration.source.MigrationRunner.Recipes;
import io.drover.worker.ownership.OwnershipMarks;
import io.drover.worker.peer.Destination.PrepareRequest;
import io.drover.worker.sim.host.SimHost;

/** What a worker of the simulation is built of; a test that breaks a rule puts something in that leaves an act out. */
public interface Parts {
    /** As the program is built. */
    Parts WHOLE = new Parts() {};

    default WorkerStore store(SimHost host, WorkerStore whole) {
        return whole;
    }

    default Hypervisor hypervisor(SimHost host, Hypervisor whole) {
        return whole;
    }

    default ImageStore images(SimHost host, ImageStore whole) {
        return whole;
    }

    default PulledDisks pulledDisks(SimHost host, PulledDisks whole) {
        return whole;
    }

    default OwnershipMarks marks(SimHost host, OwnershipMarks whole) {
        return whole;
    }

    default Recipes recipes(Recipes whole) {
        return whole;
    }

    /** What a source says that is to come. */
    default PrepareRequest said(PrepareRequest truth) {
        return truth;
    }

    /** A loop of the worker's that an Error goes through ends the program, which is started again. */
    default boolean errorsEndTheWorker() {
        return true;
    }

    /** Whether the database looks at attempt and epoch before it gives a VM. */
    default boolean epochs() {
        return true;
    }

    /** Whether the database takes one worker of a host at a time. */
    default boolean fence() {
        return true;
    }
}
