package io.drover.worker.replication;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The replication algorithms that a migration may name. */
public final class AlgorithmCatalog {
    private final Map<String, AlgorithmDescriptor> byName = new LinkedHashMap<>();

    public AlgorithmCatalog(List<AlgorithmDescriptor> all) {
        all.forEach(algorithm -> byName.put(algorithm.name(), algorithm));
    }

    /** All, in the order they are shown. */
    public List<AlgorithmDescriptor> all() {
        return List.copyOf(byName.values());
    }

    public List<String> names() {
        return List.copyOf(byName.keySet());
    }

    /**
     * The algorithm of a name.
     *
     * @throws IllegalArgumentException naming the known algorithms, when there is none of this name
     */
    public AlgorithmDescriptor named(String name) {
        AlgorithmDescriptor algorithm = byName.get(name);
        if (algorithm == null) {
            throw new IllegalArgumentException(
                    "algorithm: '" + name + "' is unknown; known are " + String.join(", ", names()));
        }
        return algorithm;
    }
}
