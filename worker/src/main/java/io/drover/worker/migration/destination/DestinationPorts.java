package io.drover.worker.migration.destination;

import io.drover.messages.time.Clock;
import io.drover.schema.worker.WorkerStore;
import io.drover.worker.hypervisor.Hypervisor;
import io.drover.worker.image.ImageStore;
import io.drover.worker.ownership.OwnershipMarks;
import io.drover.worker.ownership.VmLocks;

/** Everything outside that a migration uses at its destination. */
public record DestinationPorts(
        WorkerStore store,
        Hypervisor hypervisor,
        ImageStore images,
        PulledDisks pulledDisks,
        OwnershipMarks marks,
        DestinationRecords records,
        ArrivalChecks arrivalChecks,
        IdleChecks idleChecks,
        VmLocks turns,
        Clock clock) {}
