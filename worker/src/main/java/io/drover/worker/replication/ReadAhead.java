package io.drover.worker.replication;

import java.util.concurrent.Semaphore;

/**
 * How much one machine's disks may be read ahead of their comparison: digests take 32 bytes for each 4 KiB, which of a
 * terabyte would be gigabytes. Whoever reads waits for room; meanwhile what is asked for is read when it is asked for.
 */
public final class ReadAhead {
    private final Semaphore room;
    private volatile boolean paused;

    /** @param regions that may wait for their comparison, 32 KiB each */
    public ReadAhead(int regions) {
        room = new Semaphore(regions);
    }

    /** 64 MiB, enough for 8 GiB of content. */
    public static ReadAhead standard() {
        return new ReadAhead(2048);
    }

    boolean tryTake() {
        return room.tryAcquire();
    }

    /** Waits for room. */
    void take() throws InterruptedException {
        paused = true;
        try {
            room.acquire();
        } finally {
            paused = false;
        }
    }

    void give() {
        room.release();
    }

    /** Whether the reading stands still until something is compared. */
    boolean paused() {
        return paused;
    }
}
