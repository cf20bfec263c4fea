package io.drover.worker.replication;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Which 4 KiB blocks of a disk are still to be compared with the copy: all of them at first, then those that differed and
 * those that the guest has written since they were found equal. A bit a block: 32 MiB for 1 TiB.
 *
 * <p>The guest's writes are known when their round is frozen. So only after a last freeze, with the guest stopped, does
 * this hold every block that may have changed since it was compared; before, it only says what is worth another look.
 */
public final class UncomparedBlocks {
    /** Blocks as near as this are compared together: a question over the network costs more than reading between them. */
    private static final long WINDOW_BYTES = 64 << 10;

    private final long size;
    private final BitSet blocks = new BitSet();
    private long freezes;

    /** @param size of the disk in bytes */
    public UncomparedBlocks(long size) {
        this.size = size;
        blocks.set(0, BlockDigest.blocks(size));
    }

    /** The same account, of which every frozen round makes its blocks uncompared again. */
    public DiskChanges noting(DiskChanges changes) {
        return new DiskChanges() {
            @Override
            public long dirtyBytes() throws IOException, InterruptedException {
                return changes.dirtyBytes();
            }

            @Override
            public Round freeze() throws IOException, InterruptedException {
                Round round = changes.freeze();
                round.extents().forEach(extent -> written(extent));
                freezes++;
                return round;
            }
        };
    }

    private void written(Extent extent) {
        int last = Math.toIntExact((extent.end() - 1) / BlockDigest.BLOCK_BYTES);
        blocks.set(block(extent.offset()), last + 1);
    }

    /** What was found of a range, which begins with a block: equal but for the blocks that begin at {@code different}. */
    public void compared(long offset, int count, List<Long> different) {
        int first = block(offset);
        blocks.clear(first, first + count);
        different.forEach(at -> blocks.set(block(at)));
    }

    private static int block(long offset) {
        return Math.toIntExact(offset / BlockDigest.BLOCK_BYTES);
    }

    /** How many there are. */
    public int count() {
        return blocks.cardinality();
    }

    /** How many rounds were noted. */
    public long freezes() {
        return freezes;
    }

    /** Few extents that contain all of them, and some blocks between them. */
    public List<Extent> extents() {
        var result = new ArrayList<Extent>();
        for (int from = blocks.nextSetBit(0); from >= 0; from = blocks.nextSetBit(blocks.nextClearBit(from))) {
            long offset = (long) from * BlockDigest.BLOCK_BYTES;
            long end = Math.min((long) blocks.nextClearBit(from) * BlockDigest.BLOCK_BYTES, size);
            result.add(new Extent(offset, end - offset));
        }
        return Extents.windows(result, WINDOW_BYTES);
    }
}
