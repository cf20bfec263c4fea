package io.drover.worker.hypervisor;

import java.time.Duration;

/**
 * Counters of a guest's disk requests; they only grow while the process lives.
 *
 * @param operations reads and writes completed
 * @param nanoseconds they took together, as the hypervisor saw it
 */
public record GuestIo(long operations, long nanoseconds) {
    /** Of a process that has just begun. */
    public static final GuestIo NONE = new GuestIo(0, 0);

    /** The mean since an earlier look; zero when there was no request. */
    public Duration meanSince(GuestIo earlier) {
        long count = operations - earlier.operations;
        return count <= 0 ? Duration.ZERO : Duration.ofNanos((nanoseconds - earlier.nanoseconds) / count);
    }
}
