package io.drover.worker.replication;

import java.util.concurrent.atomic.AtomicLong;

/** Counts of one disk's copy. Written by the migration's thread, read by the one that reports progress. */
public final class CopyAccount {
    private volatile int round;
    private final AtomicLong bytesDone = new AtomicLong();
    private final AtomicLong bytesSaved = new AtomicLong();
    private final AtomicLong bytesTotal = new AtomicLong();

    /** Begins a round in which {@code bytes} are to be moved. */
    public void beginRound(int number, long bytes) {
        round = number;
        bytesTotal.addAndGet(bytes);
    }

    /** So much of the round need not be moved after all. */
    public void spared(long bytes) {
        bytesTotal.addAndGet(-bytes);
    }

    /** For algorithms that do not count in rounds. */
    public void set(long done, long total) {
        bytesDone.set(done);
        bytesTotal.set(total);
    }

    public void done(long bytes) {
        bytesDone.addAndGet(bytes);
    }

    /** Bytes that the destination had already; counted as done as well. */
    public void saved(long bytes) {
        bytesSaved.addAndGet(bytes);
        bytesDone.addAndGet(bytes);
    }

    public long bytesSaved() {
        return bytesSaved.get();
    }

    public int round() {
        return round;
    }

    public long bytesDone() {
        return bytesDone.get();
    }

    public long bytesTotal() {
        return bytesTotal.get();
    }
}
