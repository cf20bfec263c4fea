package io.drover.worker.replication.comparison;

import io.drover.worker.replication.BlockDigest;
import io.drover.worker.replication.BlockSet;
import io.drover.worker.replication.DiskChanges;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.Extents;
import java.io.IOException;
import java.util.List;

/**
 * Which 4 KiB blocks of a disk are still to be compared with the copy: all of them at first, then those that differed
 * and those that the guest has written since they were found equal. A bit a block: 32 MiB for 1 TiB.
 *
 * <p>The guest's writes are known when their round is frozen. So only after a last freeze, with the guest stopped, does
 * this hold every block that may have changed since it was compared; before, it only says what is worth another look.
 */
public final class UncomparedBlocks {
    /**
     * Blocks as near as this are compared together: a question over the network costs more than reading between them.
     */
    private static final long WINDOW_BYTES = 64 << 10;

    private final BlockSet blocks;
    private long freezes;

    /** @param size of the disk in bytes */
    public UncomparedBlocks(long size) {
        this.blocks = BlockSet.whole(size);
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
                blocks.addAll(round.blocks());
                freezes++;
                return round;
            }
        };
    }

    /**
     * What was found of a range, which begins with a block: equal but for the blocks that begin at {@code different}.
     */
    public void compared(long offset, int count, List<Long> different) {
        blocks.remove(new Extent(offset, (long) count * BlockDigest.BLOCK_BYTES));
        different.forEach(at -> blocks.add(new Extent(at, 1)));
    }

    /** How many there are. */
    public int count() {
        return blocks.count();
    }

    /** How many rounds were noted. */
    public long freezes() {
        return freezes;
    }

    /** Few extents that contain all of them, and some blocks between them. */
    public List<Extent> extents() {
        return Extents.windows(blocks.extents(), WINDOW_BYTES);
    }
}
