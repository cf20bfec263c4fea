package io.drover.worker.migration.source;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a migration may still take: from what is left and the recent rates. A range and not a figure, because it is not
 * known how much of the memory is in use, nor what the guest will write next.
 *
 * @param least if the guest writes nothing more and little of its memory is in use; null while no rate is known
 * @param most if all stays as it is and all memory is in use; null when the guest writes about as fast as the link carries
 */
record TimeEstimate(@Nullable Duration least, @Nullable Duration most) {
    static final TimeEstimate UNKNOWN = new TimeEstimate(null, null);

    /** A guest that dirties more than this part of the rate has no end in sight. */
    private static final double HOPELESS = 0.9;

    private static final double MEMORY_LEAST = 0.25;

    /** The switchover itself: pause, give and resume. */
    private static final double SWITCH_SECONDS = 1;

    static TimeEstimate of(
            long diskBytesLeft, long memoryBytesLeft, double bytesPerSecond, double dirtyBytesPerSecond) {
        if (!(bytesPerSecond > 0)) {
            return UNKNOWN;
        }
        double least = (Math.max(0, diskBytesLeft) + MEMORY_LEAST * memoryBytesLeft) / bytesPerSecond;
        if (dirtyBytesPerSecond > HOPELESS * bytesPerSecond) {
            return new TimeEstimate(duration(least), null);
        }
        double all = (double) Math.max(0, diskBytesLeft) + memoryBytesLeft;
        double most = all / (bytesPerSecond - dirtyBytesPerSecond) + SWITCH_SECONDS;
        return new TimeEstimate(duration(least), duration(most));
    }

    private static Duration duration(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }
}
