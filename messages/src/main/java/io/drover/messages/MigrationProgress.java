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
 * @param timeToFinish estimate, or null while nothing is known
 */
public record MigrationProgress(
        MigrationId migration,
        String step,
        int round,
        long bytesDone,
        long bytesTotal,
        double bytesPerSecond,
        @Nullable Duration timeToFinish) {}
