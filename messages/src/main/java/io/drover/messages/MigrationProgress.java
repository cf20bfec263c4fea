package io.drover.messages;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a migration stands.
 *
 * @param step label of the step under way
 * @param round 0 for the bulk, then the number of the round over dirty blocks
 * @param bytesDone bytes of guest content dealt with so far, disks and memory
 * @param bytesTotal bytes known to need moving so far; grows when the guest dirties blocks
 * @param bytesPerSecond recent rate over the wire
 * @param timeToFinish the least it may still take until the VM is handed over, or null while nothing is known
 * @param dirtyBytesPerSecond how fast the guest makes blocks dirty
 * @param timeToFinishMost the most it may still take if all stays as it is, or null when no end is in sight
 */
public record MigrationProgress(
        MigrationId migration,
        String step,
        int round,
        long bytesDone,
        long bytesTotal,
        double bytesPerSecond,
        @Nullable Duration timeToFinish,
        double dirtyBytesPerSecond,
        @Nullable Duration timeToFinishMost) {
    /** Without a word on the guest's writes. */
    public MigrationProgress(
            MigrationId migration,
            String step,
            int round,
            long bytesDone,
            long bytesTotal,
            double bytesPerSecond,
            @Nullable Duration timeToFinish) {
        this(migration, step, round, bytesDone, bytesTotal, bytesPerSecond, timeToFinish, 0, null);
    }
}
