package io.drover.worker.migration.source;

import io.drover.worker.replication.ReplicationAlgorithm;
import java.util.List;

/** The replication algorithms a migration may name; the program passes the registry. */
public interface AlgorithmCatalog {
    /** A new one for one disk; {@link IllegalArgumentException} for an unknown name. */
    ReplicationAlgorithm create(String name);

    List<String> names();
}
