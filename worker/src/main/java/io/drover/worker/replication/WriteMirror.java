package io.drover.worker.replication;

import java.io.IOException;

/**
 * A mirror of the guest's writes to one disk: each goes to the disk's target as well, in the order in which it was
 * made. What was written before the mirror began it does not know; the account of the writes goes on beside it, so that
 * its failure costs nothing but a round.
 *
 * <p>A mirror that has failed is told by {@link IOException} from every call but {@link #abandon}; {@link #start}
 * begins another.
 */
public interface WriteMirror {
    /** Mirrors every write from now on; harmless while it does so already. */
    void start() throws IOException, InterruptedException;

    /**
     * To be called after a round was frozen and before any of it is read: from here on what is sent of the round gives
     * way to writes that are mirrored later. Returns when all writes mirrored before are on their way.
     */
    void beginRound() throws IOException, InterruptedException;

    /** Writes taken from the guest and not yet sent, in bytes. */
    long pendingBytes() throws IOException, InterruptedException;

    /** Ends the mirror of a stopped guest; returns when all its writes are on their way. Harmless when repeated. */
    void complete() throws IOException, InterruptedException;

    /** Gives the mirror up, failed or not; harmless when there is none. */
    void abandon() throws IOException, InterruptedException;
}
