package io.drover.worker;

import io.drover.worker.migration.source.AlgorithmCatalog;
import io.drover.worker.replication.ReplicationAlgorithm;
import io.drover.worker.replication.algorithm.ReplicationAlgorithms;
import java.util.List;

/** The registry of replication algorithms as migrations ask for it. */
final class Algorithms implements AlgorithmCatalog {
    private final ReplicationAlgorithms registry = new ReplicationAlgorithms();

    @Override
    public ReplicationAlgorithm create(String name) {
        return registry.create(name);
    }

    @Override
    public List<String> names() {
        return registry.names();
    }
}
