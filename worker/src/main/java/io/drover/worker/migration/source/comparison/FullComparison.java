package io.drover.worker.migration.source.comparison;

import io.drover.worker.migration.source.DiskReplication;
import io.drover.worker.migration.source.MigrationContext;
import io.drover.worker.replication.BlockDigest;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.comparison.UncomparedBlocks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Comparing one disk with its copy before the VM is given away: {@code verify: full}. */
public final class FullComparison {
    private final MigrationContext context;
    private final DiskReplication disk;
    private final UncomparedBlocks uncompared;
    private long blocksCompared;

    FullComparison(MigrationContext context, DiskReplication disk) {
        this.context = context;
        this.disk = disk;
        this.uncompared = disk.uncompared().orElseThrow();
    }

    public static boolean wanted(MigrationContext context) {
        return switch (context.record().task().verification()) {
            case READ_BACK -> false;
            case FULL -> true;
        };
    }

    /** Compares what is still to be compared, and returns where the blocks begin that differ. */
    List<Long> compare() throws IOException, InterruptedException {
        return compare(uncompared.extents());
    }

    /** The same of these parts, which begin with blocks. */
    List<Long> compare(List<Extent> parts) throws IOException, InterruptedException {
        var different = new ArrayList<Long>();
        var id = disk.copy().disk();
        context.ports().digests().digest(disk.copy().source(), parts, region -> {
            context.monitor().beforeSending((int) region.length());
            var found = context.session().compare(id, region);
            int blocks = BlockDigest.blocks(region.length());
            if (found.offset() != region.offset() || found.compared() != blocks) {
                throw new IOException(
                        "of disk " + id + " the destination compared " + found.compared() + " blocks at byte "
                                + found.offset() + " where " + blocks + " at " + region.offset() + " were asked for");
            }
            uncompared.compared(region.offset(), blocks, found.different());
            blocksCompared += found.compared();
            different.addAll(found.different());
            context.monitor().check();
        });
        return different;
    }

    /** Blocks that were compared, each as often as it was. */
    long blocksCompared() {
        return blocksCompared;
    }

    /** The blocks that begin there, those of a disk's end cut. */
    static List<Extent> blocks(List<Long> offsets, long diskSize) {
        return offsets.stream()
                .map(at -> new Extent(at, Math.min(BlockDigest.BLOCK_BYTES, diskSize - at)))
                .toList();
    }
}
