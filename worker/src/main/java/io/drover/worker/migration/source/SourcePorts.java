package io.drover.worker.migration.source;

import io.drover.messages.time.Clock;
import io.drover.schema.worker.WorkerStore;
import io.drover.worker.hypervisor.Hypervisor;
import io.drover.worker.image.ImageStore;
import io.drover.worker.migration.metrics.MigrationMeters;
import io.drover.worker.ownership.OwnershipMarks;
import io.drover.worker.peer.LinkLimiter;
import io.drover.worker.peer.Peers;
import io.drover.worker.replication.AlgorithmCatalog;

/** Everything outside that a migration uses at its source; nothing in this package reaches out any other way. */
public record SourcePorts(
        WorkerStore store,
        Hypervisor hypervisor,
        Peers peers,
        ImageStore images,
        OwnershipMarks marks,
        Clock clock,
        AlgorithmCatalog algorithms,
        SourceDigests digests,
        LinkLimiter link,
        MigrationMeters meters) {}
