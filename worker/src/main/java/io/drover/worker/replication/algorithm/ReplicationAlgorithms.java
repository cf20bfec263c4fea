package io.drover.worker.replication.algorithm;

import io.drover.worker.replication.AlgorithmCatalog;
import io.drover.worker.replication.AlgorithmDescriptor;
import io.drover.worker.replication.AlgorithmDescriptor.Pulling;
import java.util.List;

/** Every replication algorithm, by the name that tasks use. */
public final class ReplicationAlgorithms {
    private static final AlgorithmCatalog CATALOG = new AlgorithmCatalog(List.of(
            // Its bulk offers; whatever follows it only sends.
            AlgorithmDescriptor.of(Auto.NAME, Auto::new).buildingOnContent().pulling(Pulling.WHERE_ALLOWED),
            AlgorithmDescriptor.of(StopAndCopy.NAME, _ -> new StopAndCopy()),
            AlgorithmDescriptor.of(PreCopy.NAME, _ -> new PreCopy()).buildingOnContent(),
            AlgorithmDescriptor.of(Mirror.NAME, _ -> new Mirror())
                    .buildingOnContent()
                    .notForSwap(),
            AlgorithmDescriptor.of(PostCopy.NAME, _ -> new PostCopy()).pulling(Pulling.ALWAYS),
            AlgorithmDescriptor.of(Hybrid.NAME, _ -> new Hybrid())
                    .buildingOnContent()
                    .pulling(Pulling.ALWAYS),
            AlgorithmDescriptor.of(QemuMirror.NAME, _ -> new QemuMirror()).byHypervisor()));

    private ReplicationAlgorithms() {}

    public static AlgorithmCatalog catalog() {
        return CATALOG;
    }
}
