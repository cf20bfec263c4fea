package io.drover.worker.replication.comparison;

import io.drover.messages.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How much one VM's disks may be read ahead of their comparison: digests take 32 bytes for each 4 KiB, which of a
 * terabyte would be gigabytes. Whoever reads waits for room; meanwhile what is asked for is read when it is asked for.
 */
public final class ReadAhead {
    private static final Duration POLL = Duration.ofMillis(5);

    private final AtomicInteger room;
    private volatile boolean paused;

    /** @param regions that may wait for their comparison, 32 KiB each */
    public ReadAhead(int regions) {
        room = new AtomicInteger(regions);
    }

    /** 64 MiB, enough for 8 GiB of content. */
    public static ReadAhead standard() {
        return new ReadAhead(2048);
    }

    boolean tryTake() {
        return room.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    }

    /** Waits for room. */
    void take(Clock clock) throws InterruptedException {
        paused = true;
        try {
            while (!tryTake()) {
                clock.sleep(POLL);
            }
        } finally {
            paused = false;
        }
    }

    void give() {
        room.incrementAndGet();
    }

    /** Whether the reading stands still until something is compared. */
    boolean paused() {
        return paused;
    }
}
