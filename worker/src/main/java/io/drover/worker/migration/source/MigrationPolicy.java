package io.drover.worker.migration.source;

import java.time.Duration;
import java.util.List;

/**
 * How this host migrates.
 *
 * @param pauseBudget the pause aimed at, disks and memory together
 * @param longestPause the pause accepted when disks or memory do not converge; beyond it the migration is abandoned
 * @param roundsMax passes over all disks before they count as not converging
 * @param lease how long a claim is good for
 * @param storePatience how long the database may be silent while disks are copied
 * @param linkPatience how long the link may be silent while disks are copied; what arrived is kept meanwhile
 * @param memoryPatience how long memory may take to fit before the allowed pause is doubled
 * @param switchoverLimit from the guest's stop until the destination must have everything
 * @param retryPause between two looks at a migration that waits for the database or the other host
 * @param retriesMax looks before the migration's thread ends and leaves it to the worker's loop
 * @param memoryLadder what is tried, in this order, when memory does not converge, before the migration is abandoned
 * @param guestLatencyMax mean time of the guest's disk requests above which the bulk makes room; zero: never
 */
public record MigrationPolicy(
        Duration pauseBudget,
        Duration longestPause,
        int roundsMax,
        Duration lease,
        Duration storePatience,
        Duration linkPatience,
        Duration memoryPatience,
        Duration switchoverLimit,
        Duration retryPause,
        int retriesMax,
        List<MemoryEscalation> memoryLadder,
        Duration guestLatencyMax) {
    public MigrationPolicy {
        require(pauseBudget.isPositive(), "pause budget: must be positive");
        require(longestPause.compareTo(pauseBudget) >= 0, "longest pause: below the pause budget");
        require(roundsMax >= 1, "rounds: at least one");
        memoryLadder = List.copyOf(memoryLadder);
        require(!guestLatencyMax.isNegative(), "guest latency: is negative");
        require(
                lease.isPositive() && retryPause.isPositive() && retriesMax >= 1,
                "lease and retries: must be positive");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
