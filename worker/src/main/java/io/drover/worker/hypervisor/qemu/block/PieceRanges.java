package io.drover.worker.hypervisor.qemu.block;

import io.drover.worker.nbd.NbdRange;
import io.drover.worker.replication.Extent;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * What to ask for when extents are to be read in pieces. None crosses a multiple of the piece's size, and neighbours in one
 * piece are asked for together with what lies between: the thread of QEMU's that answers is the one that serves the guest,
 * and what takes its time is each request, not its length.
 */
final class PieceRanges implements Iterator<NbdRange> {
    /** More between two neighbours costs more to copy than another request. */
    static final int GAP_MAX = 64 << 10;

    private final List<Extent> extents;
    private final long sizeBytes;
    private final int pieceBytes;
    private int index;
    private long position;

    /** @param extents ascending, without overlaps */
    PieceRanges(List<Extent> extents, long sizeBytes, int pieceBytes) {
        this.extents = extents;
        this.sizeBytes = sizeBytes;
        this.pieceBytes = pieceBytes;
        this.position = extents.isEmpty() ? sizeBytes : extents.getFirst().offset();
    }

    @Override
    public boolean hasNext() {
        return position < sizeBytes;
    }

    @Override
    public NbdRange next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        long begin = position;
        long limit = Math.min((begin / pieceBytes + 1) * pieceBytes, sizeBytes);
        long end = begin;
        while (end < limit && index < extents.size() && joins(extents.get(index), end, limit)) {
            end = Math.min(extents.get(index).end(), limit);
            index += extents.get(index).end() <= limit ? 1 : 0;
        }
        position = index < extents.size() ? Math.max(extents.get(index).offset(), end) : sizeBytes;
        return new NbdRange(begin, (int) (end - begin));
    }

    private static boolean joins(Extent extent, long end, long limit) {
        return extent.offset() < limit && extent.offset() - end <= GAP_MAX;
    }
}
