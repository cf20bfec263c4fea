package io.drover.worker.migration.source.comparison;

import io.drover.messages.DiskId;
import io.drover.messages.MigrationState;
import io.drover.messages.evidence.ComparedDisks;
import io.drover.messages.evidence.ComparedDisks.RunningComparison;
import io.drover.worker.migration.source.DiskReplication;
import io.drover.worker.migration.source.MigrationContext;
import io.drover.worker.migration.source.Step;
import io.drover.worker.replication.comparison.UncomparedBlocks;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;

/**
 * While the guest runs, compares every disk with its copy, so that {@link CompareRest} has little left for the pause: what
 * is equal now and not written afterwards need not be read again. What differs is no error yet, for the guest may have
 * written it a moment ago; it is compared again.
 */
public final class CompareDisks implements Step.Copying {
    /** The first reads whole disks, each other what the guest wrote during the one before. */
    private static final int PASSES_MAX = 5;

    @Override
    public String name() {
        return ComparedDisks.STEP;
    }

    @Override
    public MigrationState state() {
        return MigrationState.REPLICATING;
    }

    @Override
    public boolean wanted(MigrationContext context) {
        return FullComparison.wanted(context);
    }

    @Override
    public ComparedDisks run(MigrationContext context, List<DiskReplication> disks)
            throws IOException, InterruptedException {
        var comparisons = new TreeMap<DiskId, RunningComparison>();
        for (DiskReplication disk : disks) {
            comparisons.put(disk.copy().disk(), compare(context, disk));
        }
        return new ComparedDisks(comparisons);
    }

    private static RunningComparison compare(MigrationContext context, DiskReplication disk)
            throws IOException, InterruptedException {
        UncomparedBlocks uncompared = disk.uncompared().orElseThrow();
        var comparison = new FullComparison(context, disk);
        int passes = 0;
        int before;
        boolean again;
        do {
            before = uncompared.count();
            long different = comparison.compare().size();
            passes++;
            again = passes < PASSES_MAX && sendRound(disk, different) && uncompared.count() <= before / 2;
        } while (again && uncompared.count() > 0);
        return new RunningComparison(passes, comparison.blocksCompared(), uncompared.count());
    }

    /** Sends what the guest wrote meanwhile; false when the algorithm keeps that for the pause, or sends it by itself. */
    private static boolean sendRound(DiskReplication disk, long different) throws IOException, InterruptedException {
        boolean written = different > 0 || disk.copy().changes().dirtyBytes() > 0;
        if (!written || !disk.converging()) {
            return false;
        }
        long before = disk.uncompared().orElseThrow().freezes();
        disk.advance();
        return disk.uncompared().orElseThrow().freezes() > before;
    }
}
