package io.drover.worker.replication.algorithm;

import io.drover.worker.replication.ReplicationAlgorithm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Every replication algorithm, by the name that tasks use. */
public final class ReplicationAlgorithms {
    /** What a disk gets when its task names none. */
    public static final String DEFAULT = Auto.NAME;

    private final Map<String, Supplier<ReplicationAlgorithm>> makers = new LinkedHashMap<>();

    public ReplicationAlgorithms() {
        makers.put(Auto.NAME, Auto::new);
        makers.put(StopAndCopy.NAME, StopAndCopy::new);
        makers.put(PreCopy.NAME, PreCopy::new);
        makers.put(Mirror.NAME, Mirror::new);
        makers.put(PostCopy.NAME, PostCopy::new);
        makers.put(Hybrid.NAME, Hybrid::new);
        makers.put(QemuMirror.NAME, QemuMirror::new);
    }

    /** All names, in the order they are shown. */
    public List<String> names() {
        return new ArrayList<>(makers.keySet());
    }

    /**
     * A new object for one disk of one migration.
     *
     * @throws IllegalArgumentException naming the known algorithms, when there is none of this name
     */
    public ReplicationAlgorithm create(String name) {
        Supplier<ReplicationAlgorithm> maker = makers.get(name);
        if (maker == null) {
            throw new IllegalArgumentException(
                    "algorithm: '" + name + "' is unknown; known are " + String.join(", ", names()));
        }
        return maker.get();
    }
}
