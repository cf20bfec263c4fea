package io.drover.worker.migration.source.comparison;

import io.drover.messages.DiskId;
import io.drover.messages.MigrationState;
import io.drover.messages.evidence.ComparedRest;
import io.drover.messages.evidence.ComparedRest.RestComparison;
import io.drover.worker.migration.metrics.RollBackCause;
import io.drover.worker.migration.source.DiskReplication;
import io.drover.worker.migration.source.MigrationContext;
import io.drover.worker.migration.source.MigrationOutcome;
import io.drover.worker.migration.source.Step;
import io.drover.worker.replication.BlockDigest;
import io.drover.worker.replication.BlockSender;
import io.drover.worker.replication.DiskCopy;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.Extents;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;

/**
 * In the pause, when the last block was sent: compares what was not found equal since the guest last wrote it. After it
 * every block of every disk has been compared as it goes over. A block that differs is sent once more; one that still does
 * ends the migration.
 */
public final class CompareRest implements Step.Copying {
    private static final int LISTED_MAX = 100;

    /** 64 MiB. More than that is no damaged block but a broken copy, and the guest waits for what is sent again. */
    private static final int SENT_AGAIN_MAX = 1 << 14;

    @Override
    public String name() {
        return ComparedRest.STEP;
    }

    @Override
    public MigrationState state() {
        return MigrationState.SWITCHING;
    }

    @Override
    public boolean wanted(MigrationContext context) {
        return FullComparison.wanted(context);
    }

    @Override
    public ComparedRest run(MigrationContext context, List<DiskReplication> disks)
            throws IOException, InterruptedException {
        Duration begin = context.ports().clock().elapsed();
        var comparisons = new TreeMap<DiskId, RestComparison>();
        long blocks = 0;
        long compared = 0;
        for (DiskReplication disk : disks) {
            var comparison = new FullComparison(context, disk);
            comparisons.put(disk.copy().disk(), compare(disk, comparison));
            blocks += BlockDigest.blocks(disk.copy().source().size());
            compared += comparison.blocksCompared();
        }
        Duration took = context.ports().clock().elapsed().minus(begin);
        return new ComparedRest(
                took.toMillis(),
                "SHA-256 of all " + blocks + " blocks of 4 KiB, read past the destination's page cache; " + compared
                        + " in the pause",
                comparisons);
    }

    private static RestComparison compare(DiskReplication disk, FullComparison comparison)
            throws IOException, InterruptedException {
        noteLastWrites(disk.copy());
        List<Long> different = comparison.compare();
        if (!different.isEmpty()) {
            List<Extent> again =
                    FullComparison.blocks(different, disk.copy().source().size());
            sendAgain(disk, again);
            refuseDifferent(disk, comparison.compare(again));
        }
        int left = disk.uncompared().orElseThrow().count();
        if (left > 0) {
            throw new IllegalStateException(
                    left + " blocks of disk " + disk.copy().disk() + " were not compared");
        }
        return new RestComparison(
                BlockDigest.blocks(disk.copy().source().size()),
                comparison.blocksCompared(),
                different.stream().limit(LISTED_MAX).toList(),
                left);
    }

    /** The guest stands still and all it wrote was sent: what is in this round is the last to be compared. */
    private static void noteLastWrites(DiskCopy copy) throws IOException, InterruptedException {
        copy.changes().freeze().durable();
    }

    private static void sendAgain(DiskReplication disk, List<Extent> blocks) throws IOException, InterruptedException {
        if (disk.mirroredNatively() || blocks.size() > SENT_AGAIN_MAX) {
            throw different(disk, blocks, disk.mirroredNatively() ? "only the hypervisor writes there" : "too many");
        }
        DiskCopy copy = disk.copy();
        List<Extent> allocated = BlockSender.allocated(copy.source(), blocks);
        copy.account().beginRound(copy.account().round() + 1, Extents.totalBytes(allocated));
        BlockSender.send(copy, blocks, allocated);
        copy.target().flush();
    }

    private static void refuseDifferent(DiskReplication disk, List<Long> offsets) {
        if (!offsets.isEmpty()) {
            var blocks = FullComparison.blocks(offsets, disk.copy().source().size());
            throw different(disk, blocks, "they were sent twice");
        }
    }

    private static MigrationOutcome.Abandoned different(DiskReplication disk, List<Extent> blocks, String why) {
        return new MigrationOutcome.Abandoned(
                RollBackCause.VERIFICATION,
                "verify: disk " + disk.copy().disk() + " arrived with " + blocks.size()
                        + " blocks that differ, the first at byte "
                        + blocks.getFirst().offset() + "; " + why);
    }
}
