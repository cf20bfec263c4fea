package io.drover.worker.replication;

import java.time.Duration;

/**
 * What the migration around one disk's copy allows and does, for algorithms that choose.
 *
 * @param pauseBudget the pause that the disks' rest may take
 * @param longestPause the pause accepted when nothing shorter can be had
 * @param pullAllowed whether the VM may depend on both hosts after the switch
 * @param memoryBytes of the VM; they follow the disks over the same link
 * @param accountBegan when the account of the guest's writes began, of the clock that the copy has
 * @param linkBytesPerSecond what may leave this host at most, for all of its migrations
 * @param bytesAfter of the disks whose bulk is copied between this disk's bulk and its first round
 */
public record CopyTerms(
        Duration pauseBudget,
        Duration longestPause,
        boolean pullAllowed,
        long memoryBytes,
        Duration accountBegan,
        long linkBytesPerSecond,
        long bytesAfter) {
    /** For a disk alone. */
    public static final CopyTerms STANDARD =
            new CopyTerms(Duration.ofMillis(150), Duration.ofSeconds(60), false, 0, Duration.ZERO, Long.MAX_VALUE, 0);

    public CopyTerms {
        if (pauseBudget.isNegative() || longestPause.isNegative() || memoryBytes < 0 || bytesAfter < 0) {
            throw new IllegalArgumentException("terms of a copy: negative");
        }
    }
}
