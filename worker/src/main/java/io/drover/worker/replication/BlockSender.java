package io.drover.worker.replication;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends parts of a disk as they are now: content as data, whatever reads as zeros as zeros. Holes are sent as well, 32
 * bytes each, for the target may hold what was sent there before the guest discarded it, or before a crash.
 */
public final class BlockSender {
    /**
     * Zeros are looked for in blocks of this size: the smallest hole a file system makes, and the bitmaps' granularity.
     */
    public static final int BLOCK_BYTES = 4096;

    /** nbdcopy's request size: larger ones gain nothing and are less even under a bandwidth limit. */
    public static final int PIECE_BYTES = 256 << 10;

    /** How much of the disk one question about its allocation may span. */
    static final long WINDOW_BYTES = 256L << 20;

    private static final MemorySegment ZEROS = MemorySegment.ofArray(new byte[PIECE_BYTES]);

    private final DiskCopy copy;
    private long zerosOffset;
    private long zerosLength;

    private BlockSender(DiskCopy copy) {
        this.copy = copy;
    }

    /** The part of {@code extents} that may hold anything but zeros. */
    public static List<Extent> allocated(BlockSource source, List<Extent> extents)
            throws IOException, InterruptedException {
        var result = new ArrayList<Extent>();
        for (Extent window : Extents.windows(extents, WINDOW_BYTES)) {
            result.addAll(source.allocated(window));
        }
        return Extents.intersect(result, extents);
    }

    /** The whole disk as one extent; none of an empty disk. */
    public static List<Extent> wholeDisk(BlockSource source) {
        return source.size() == 0 ? List.of() : List.of(new Extent(0, source.size()));
    }

    /**
     * As {@link #send(DiskCopy, List, List)}, asking what is allocated window by window: the list of a whole disk would
     * grow with its size.
     */
    public static void send(DiskCopy copy, List<Extent> extents) throws IOException, InterruptedException {
        for (Extent window : Extents.cut(extents, WINDOW_BYTES)) {
            List<Extent> part = List.of(window);
            send(copy, part, allocated(copy.source(), part));
        }
    }

    /**
     * Makes these blocks at the target what they are at the source, asking what is allocated window by window. Not yet
     * durable.
     *
     * @return how many bytes of them were holes, which no account counts as done
     */
    public static long send(DiskCopy copy, BlockSet blocks) throws IOException, InterruptedException {
        long holes = 0;
        for (Extent window : blocks.windows(WINDOW_BYTES)) {
            List<Extent> part = blocks.within(window);
            List<Extent> allocated = allocated(copy.source(), part);
            send(copy, part, allocated);
            holes += Extents.totalBytes(part) - Extents.totalBytes(allocated);
        }
        return holes;
    }

    /** How much of the extents may hold anything but zeros, counted window by window. */
    public static long allocatedBytes(BlockSource source, List<Extent> extents)
            throws IOException, InterruptedException {
        long bytes = 0;
        for (Extent window : Extents.cut(extents, WINDOW_BYTES)) {
            bytes += Extents.totalBytes(allocated(source, List.of(window)));
        }
        return bytes;
    }

    /** Whether every byte is zero. */
    public static boolean isZero(ByteBuffer content) {
        MemorySegment segment = MemorySegment.ofBuffer(content);
        for (long at = 0; at < segment.byteSize(); at += PIECE_BYTES) {
            long end = Math.min(at + PIECE_BYTES, segment.byteSize());
            if (MemorySegment.mismatch(segment, at, end, ZEROS, 0, end - at) >= 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Makes the extents at the target what they are at the source, and counts in the account what was allocated. Not
     * yet durable.
     *
     * @param extents all that is to be sent
     * @param allocated the part of them that may hold anything but zeros
     */
    public static void send(DiskCopy copy, List<Extent> extents, List<Extent> allocated)
            throws IOException, InterruptedException {
        if (!copy.source().overBase()) {
            for (Extent hole : Extents.subtract(extents, allocated)) {
                copy.target().zero(hole.offset(), hole.length());
            }
        }
        var sender = new BlockSender(copy);
        copy.source().read(allocated, PIECE_BYTES, sender::piece);
        sender.sendZeros();
    }

    private void piece(long offset, ByteBuffer content) throws IOException, InterruptedException {
        int length = content.remaining();
        int at = 0;
        while (at < length) {
            int end = runEnd(content, at);
            if (isZero(content.slice(content.position() + at, Math.min(BLOCK_BYTES, length - at)))) {
                addZeros(offset + at, end - at);
            } else {
                sendZeros();
                copy.target().write(offset + at, content.slice(content.position() + at, end - at));
            }
            at = end;
        }
        copy.account().done(length);
    }

    /** Where the run of zero blocks, or of others, that begins at {@code from} ends. */
    static int runEnd(ByteBuffer content, int from) {
        int length = content.remaining();
        int at = Math.min(from + BLOCK_BYTES, length);
        boolean zero = isZero(content.slice(content.position() + from, at - from));
        while (at < length) {
            int next = Math.min(at + BLOCK_BYTES, length);
            if (isZero(content.slice(content.position() + at, next - at)) != zero) {
                break;
            }
            at = next;
        }
        return at;
    }

    /** Runs of zeros that touch each other go as one frame. */
    private void addZeros(long offset, long length) throws IOException, InterruptedException {
        if (zerosLength > 0 && offset == zerosOffset + zerosLength) {
            zerosLength += length;
            return;
        }
        sendZeros();
        zerosOffset = offset;
        zerosLength = length;
    }

    private void sendZeros() throws IOException, InterruptedException {
        if (zerosLength > 0) {
            copy.target().zero(zerosOffset, zerosLength);
            zerosLength = 0;
        }
    }
}
