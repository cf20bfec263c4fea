package io.drover.worker.migration;

import io.drover.messages.time.Clock;
import io.drover.schema.worker.WorkerStore;
import io.drover.worker.hypervisor.Hypervisor;
import io.drover.worker.image.ImageStore;

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
        VmTurns turns,
        Clock clock) {}
