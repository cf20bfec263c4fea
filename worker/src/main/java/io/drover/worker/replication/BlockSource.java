package io.drover.worker.replication;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** The content of a disk at the source, readable while the guest writes to it. */
public interface BlockSource {
    /** Size of the disk in bytes as the guest sees it. */
    long size();

    /** The parts of {@code within} that may hold anything but zeros, ascending, not touching each other. */
    List<Extent> allocated(Extent within) throws IOException, InterruptedException;

    /**
     * Whether what is not {@link #allocated} is the content of a base that the target stands on too, and not zeros: it
     * is neither sent nor cleared. What is allocated may then hold zeros only.
     */
    default boolean overBase() {
        return false;
    }

    /**
     * Reads the extents and hands the content over in pieces of at most {@code pieceBytes}, each piece within one
     * extent and aligned to multiples of {@code pieceBytes}. Pieces may come out of order; the consumer is called by
     * one thread at a time and owns the buffer only during the call. Several reads are in flight at once.
     *
     * @param extents ascending, without overlaps
     */
    void read(List<Extent> extents, int pieceBytes, PieceConsumer consumer) throws IOException, InterruptedException;

    /** Takes one piece of content. */
    @FunctionalInterface
    interface PieceConsumer {
        void accept(long offset, ByteBuffer content) throws IOException, InterruptedException;
    }
}
