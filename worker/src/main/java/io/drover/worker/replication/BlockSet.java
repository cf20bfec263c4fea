package io.drover.worker.replication;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Some of a disk's 4 KiB blocks. A bit a block, 32 MiB for 1 TiB, however scattered they lie: a guest may write faster
 * than any list could be kept. Not for several threads.
 */
public final class BlockSet {
    private static final int BLOCK_BYTES = BlockDigest.BLOCK_BYTES;

    private final long diskBytes;
    private final BitSet blocks;

    /** None of them. */
    public BlockSet(long diskBytes) {
        this(diskBytes, new BitSet());
    }

    private BlockSet(long diskBytes, BitSet blocks) {
        this.diskBytes = diskBytes;
        this.blocks = blocks;
    }

    /** All of them; the last may be shorter. */
    public static BlockSet whole(long diskBytes) {
        var blocks = new BitSet();
        blocks.set(0, BlockDigest.blocks(diskBytes));
        return new BlockSet(diskBytes, blocks);
    }

    /** The blocks that these bytes lie in. */
    public static BlockSet of(long diskBytes, List<Extent> extents) {
        var set = new BlockSet(diskBytes);
        extents.forEach(set::add);
        return set;
    }

    /** Another set, of the same blocks for now. */
    public BlockSet copy() {
        return new BlockSet(diskBytes, (BitSet) blocks.clone());
    }

    /** Every block of which a byte is in the extent. */
    public void add(Extent extent) {
        blocks.set(block(extent.offset()), block(extent.end() - 1) + 1);
    }

    /** Every block of which a byte is in the extent. */
    public void remove(Extent extent) {
        blocks.clear(block(extent.offset()), block(extent.end() - 1) + 1);
    }

    public void addAll(BlockSet others) {
        blocks.or(others.blocks);
    }

    public void removeAll(BlockSet others) {
        blocks.andNot(others.blocks);
    }

    /** Leaves those that are in the others as well. */
    public void retainAll(BlockSet others) {
        blocks.and(others.blocks);
    }

    /** Whether the block that holds this byte is one of them. */
    public boolean holds(long offset) {
        return blocks.get(block(offset));
    }

    public boolean isEmpty() {
        return blocks.isEmpty();
    }

    /** How many there are. */
    public int count() {
        return blocks.cardinality();
    }

    /** What they hold together, the last block of a disk as long as it is. */
    public long bytes() {
        long bytes = (long) count() * BLOCK_BYTES;
        long whole = (long) BlockDigest.blocks(diskBytes) * BLOCK_BYTES;
        return diskBytes > 0 && holds(diskBytes - 1) ? bytes - (whole - diskBytes) : bytes;
    }

    /** At most so many of the first runs of blocks, ascending. */
    public List<Extent> first(int extentsMax) {
        var extents = new ArrayList<Extent>();
        for (Extent extent : runs(0, diskBytes)) {
            if (extents.size() == extentsMax) {
                break;
            }
            extents.add(extent);
        }
        return extents;
    }

    /** All of them in runs, ascending; of many scattered blocks a long list. */
    public List<Extent> extents() {
        return first(Integer.MAX_VALUE);
    }

    /** The runs of blocks from a block's first byte until another's, ascending. */
    public List<Extent> within(Extent window) {
        var extents = new ArrayList<Extent>();
        runs(window.offset(), window.end()).forEach(extents::add);
        return extents;
    }

    /** The parts of the disk, each a multiple of {@code windowBytes}, that hold any of them; one at a time. */
    public Iterable<Extent> windows(long windowBytes) {
        return () -> new Iterator<>() {
            private long next = nextWindow(0);

            private long nextWindow(long from) {
                int block = blocks.nextSetBit(Math.toIntExact(from / BLOCK_BYTES));
                return block < 0 ? -1 : (long) block * BLOCK_BYTES / windowBytes * windowBytes;
            }

            @Override
            public boolean hasNext() {
                return next >= 0;
            }

            @Override
            public Extent next() {
                if (next < 0) {
                    throw new NoSuchElementException();
                }
                long start = next;
                long end = Math.min(start + windowBytes, diskBytes);
                next = end == diskBytes ? -1 : nextWindow(end);
                return new Extent(start, end - start);
            }
        };
    }

    private Iterable<Extent> runs(long start, long end) {
        int last = BlockDigest.blocks(end);
        return () -> new Iterator<>() {
            private int from = blocks.nextSetBit(block(start));

            @Override
            public boolean hasNext() {
                return from >= 0 && from < last;
            }

            @Override
            public Extent next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                int to = Math.min(blocks.nextClearBit(from), last);
                long offset = (long) from * BLOCK_BYTES;
                from = blocks.nextSetBit(to);
                return new Extent(offset, Math.min((long) to * BLOCK_BYTES, diskBytes) - offset);
            }
        };
    }

    private static int block(long offset) {
        return Math.toIntExact(offset / BLOCK_BYTES);
    }
}
