package io.drover.worker.replication;

import java.io.IOException;

/**
 * The account of a disk's writes: one enabled dirty bitmap of 4 KiB granularity from before the first read until the
 * source is retired.
 */
public interface DiskChanges {
    /**
     * Bytes the guest has written since the last {@link #freeze} (or since the account began), at 4 KiB granularity.
     */
    long dirtyBytes() throws IOException, InterruptedException;

    /** Ends the current round and begins the next, at one instant. At most one round may be open. */
    Round freeze() throws IOException, InterruptedException;

    /** What was written until a freeze. */
    interface Round {
        /** Not to be changed. */
        BlockSet blocks();

        /** The destination has made this round durable: its bitmap may go. Until then a crash loses nothing. */
        void durable() throws IOException, InterruptedException;
    }
}
