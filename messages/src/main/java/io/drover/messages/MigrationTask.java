package io.drover.messages;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The order to migrate one machine: arguments of the {@code migrate} cast to the source's worker.
 *
 * @param algorithm name of the replication algorithm for every disk that {@code diskAlgorithms} does not name
 * @param deadline when the migration is abandoned if the machine has not been handed over, or null for none
 * @param reason one sentence for people
 */
public record MigrationTask(
        MigrationId id,
        VmId vm,
        HostId source,
        HostId destination,
        String algorithm,
        Map<DiskId, String> diskAlgorithms,
        @Nullable Instant deadline,
        String reason) {

    public MigrationTask {
        if (source.equals(destination)) {
            throw new IllegalArgumentException("destination: " + destination + " is also the source");
        }
        // Sorted, so that the same task is the same text.
        diskAlgorithms = java.util.Collections.unmodifiableMap(new TreeMap<>(diskAlgorithms));
    }

    public String algorithmFor(DiskId disk) {
        return diskAlgorithms.getOrDefault(disk, algorithm);
    }
}
