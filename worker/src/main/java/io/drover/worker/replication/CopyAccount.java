package io.drover.worker.replication;

/** Counts of one disk's copy. Written by the migration's thread, read by the one that reports progress. */
public final class CopyAccount {
    private volatile int round;
    private volatile long bytesDone;
    private volatile long bytesTotal;

    /** Begins a round in which {@code bytes} are to be moved. */
    public void beginRound(int number, long bytes) {
        round = number;
        bytesTotal += bytes;
    }

    /** For algorithms that do not count in rounds. */
    public void set(long done, long total) {
        bytesDone = done;
        bytesTotal = total;
    }

    public void done(long bytes) {
        bytesDone += bytes;
    }

    public int round() {
        return round;
    }

    public long bytesDone() {
        return bytesDone;
    }

    public long bytesTotal() {
        return bytesTotal;
    }
}
