package io.drover.worker.replication;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** One disk at the destination. Writes are sent in order and not waited for; {@link #flush} waits for all of them. */
public interface BlockTarget {
    /** Copies the content before it returns; blocks while too much is on its way. */
    void write(long offset, ByteBuffer content) throws IOException, InterruptedException;

    /** Makes the range read as zeros; the target stays sparse. */
    void zero(long offset, long length) throws IOException, InterruptedException;

    /** Returns when everything sent before is on the destination's disk (fdatasync). */
    void flush() throws IOException, InterruptedException;

    /** For offering digests first; empty when the destination holds nothing that could be of use. */
    default Optional<ContentOffers> contentOffers() throws IOException, InterruptedException {
        return Optional.empty();
    }

    /**
     * What was sent of these extents is old, and the new content follows when the guest runs at the destination. Only
     * for targets of algorithms that pull.
     */
    void leaveBehind(List<Extent> extents) throws IOException, InterruptedException;

    /** Bytes put on the wire for this disk so far, frames' headers included. */
    long wireBytes();
}
