package io.drover.worker.replication.mirror;

import io.drover.worker.replication.Extent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A set of bytes of a disk, to the byte. Whole blocks of 4 KiB are bits, 4 KiB of them for 128 MiB of disk that was
 * touched; parts of blocks, which hardly any guest writes, are ranges.
 */
final class RecentWrites {
    private static final int BLOCK_BYTES = 4096;
    private static final int BLOCKS_PER_SET = 1 << 15;

    /** About 10 MB. */
    private static final int RANGES_MAX = 1 << 17;

    private final Map<Long, BitSet> blocks = new HashMap<>();
    private final TreeMap<Long, Long> ranges = new TreeMap<>();

    void add(long offset, long length) throws IOException {
        long end = offset + length;
        long firstBlock = Math.ceilDiv(offset, BLOCK_BYTES);
        long lastBlock = end / BLOCK_BYTES;
        if (firstBlock >= lastBlock) {
            addRange(offset, end);
            return;
        }
        addRange(offset, firstBlock * BLOCK_BYTES);
        addRange(lastBlock * BLOCK_BYTES, end);
        for (long block = firstBlock; block < lastBlock; ) {
            long setEnd = Math.min(lastBlock, (block / BLOCKS_PER_SET + 1) * BLOCKS_PER_SET);
            blocks.computeIfAbsent(block / BLOCKS_PER_SET, absent -> new BitSet())
                    .set((int) (block % BLOCKS_PER_SET), (int) (setEnd - 1) % BLOCKS_PER_SET + 1);
            block = setEnd;
        }
    }

    private void addRange(long from, long to) throws IOException {
        if (from >= to) {
            return;
        }
        long start = from;
        long end = to;
        Map.Entry<Long, Long> before = ranges.floorEntry(start);
        if (before != null && before.getValue() >= start) {
            start = before.getKey();
        }
        for (var next = ranges.ceilingEntry(start); next != null && next.getKey() <= end; ) {
            end = Math.max(end, next.getValue());
            ranges.remove(next.getKey());
            next = ranges.ceilingEntry(start);
        }
        if (ranges.size() >= RANGES_MAX) {
            throw new IOException("too many writes of less than a block");
        }
        ranges.put(start, end);
    }

    List<Extent> untouched(long offset, long length) {
        var result = new ArrayList<Extent>();
        long end = offset + length;
        long start = offset;
        for (long at = offset; at < end; ) {
            long blockEnd = Math.min(end, (at / BLOCK_BYTES + 1) * BLOCK_BYTES);
            if (touched(at / BLOCK_BYTES)) {
                addUntouched(result, start, at);
                start = blockEnd;
            }
            at = blockEnd;
        }
        addUntouched(result, start, end);
        return result;
    }

    private boolean touched(long block) {
        BitSet set = blocks.get(block / BLOCKS_PER_SET);
        return set != null && set.get((int) (block % BLOCKS_PER_SET));
    }

    /** What the ranges leave of it. */
    private void addUntouched(List<Extent> result, long from, long to) {
        long start = from;
        Map.Entry<Long, Long> before = ranges.floorEntry(from);
        if (before != null) {
            start = Math.max(start, before.getValue());
        }
        for (var range : ranges.subMap(from, false, Math.max(from, to), false).entrySet()) {
            addNonEmpty(result, start, range.getKey());
            start = Math.max(start, range.getValue());
        }
        addNonEmpty(result, start, to);
    }

    private static void addNonEmpty(List<Extent> result, long from, long to) {
        if (from < to) {
            result.add(new Extent(from, to - from));
        }
    }
}
