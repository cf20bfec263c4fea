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
 * @param allowPull true when the machine may run at the destination before all blocks are there, depending on both hosts;
 *     otherwise null
 * @param verify null for {@link Verification#READ_BACK}
 */
public record MigrationTask(
        MigrationId id,
        VmId vm,
        HostId source,
        HostId destination,
        String algorithm,
        Map<DiskId, String> diskAlgorithms,
        @Nullable Instant deadline,
        String reason,
        @Nullable Boolean allowPull,
        @Nullable Verification verify) {

    public MigrationTask {
        if (source.equals(destination)) {
            throw new IllegalArgumentException("destination: " + destination + " is also the source");
        }
        // Not said and "no" are the same task, and the same text.
        allowPull = Boolean.TRUE.equals(allowPull) ? Boolean.TRUE : null;
        verify = verify == Verification.READ_BACK ? null : verify;
        // Sorted, so that the same task is the same text.
        diskAlgorithms = java.util.Collections.unmodifiableMap(new TreeMap<>(diskAlgorithms));
    }

    /** A task that does not allow pulling and is verified as usual. */
    public MigrationTask(
            MigrationId id,
            VmId vm,
            HostId source,
            HostId destination,
            String algorithm,
            Map<DiskId, String> diskAlgorithms,
            @Nullable Instant deadline,
            String reason) {
        this(id, vm, source, destination, algorithm, diskAlgorithms, deadline, reason, null, null);
    }

    /** Whether blocks may be pulled after the switch. */
    public boolean mayPull() {
        return Boolean.TRUE.equals(allowPull);
    }

    /** When the copy is compared with the source. */
    public Verification verification() {
        return verify == null ? Verification.READ_BACK : verify;
    }

    public String algorithmFor(DiskId disk) {
        return diskAlgorithms.getOrDefault(disk, algorithm);
    }
}
