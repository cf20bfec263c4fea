package io.drover.worker.migration.source.comparison;

import io.drover.messages.DiskId;
import io.drover.messages.MigrationState;
import io.drover.messages.evidence.ComparedImages;
import io.drover.messages.evidence.disk.CopyComparison;
import io.drover.worker.migration.metrics.RollBackCause;
import io.drover.worker.migration.source.DiskReplication;
import io.drover.worker.migration.source.MigrationContext;
import io.drover.worker.migration.source.MigrationOutcome;
import io.drover.worker.migration.source.Step;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;

/**
 * Has the destination end all writing and make everything durable, and compares both copies block by block: nothing runs on
 * either side, so this costs nobody a pause and comes before the VM is given away.
 */
public final class CompareImages implements Step.Copying {
    @Override
    public String name() {
        return ComparedImages.STEP;
    }

    @Override
    public MigrationState state() {
        return MigrationState.REPLICATING;
    }

    @Override
    public ComparedImages run(MigrationContext context, List<DiskReplication> disks)
            throws IOException, InterruptedException {
        if (!context.session().awaitComplete(context.policy().switchoverLimit())) {
            throw new IOException("the destination does not have everything within "
                    + context.policy().switchoverLimit().toSeconds() + " s");
        }
        var comparisons = new TreeMap<DiskId, CopyComparison>();
        for (DiskReplication disk : disks) {
            comparisons.put(disk.copy().disk(), compare(context, disk).evidence());
        }
        return new ComparedImages(comparisons);
    }

    private static DiskComparison compare(MigrationContext context, DiskReplication disk)
            throws IOException, InterruptedException {
        var comparison = new DiskComparison();
        var id = disk.copy().disk();
        ComparedAhead.compare(context, id, disk.copy().source(), comparison, context.monitor()::check);
        if (!comparison.different().isEmpty()) {
            throw new MigrationOutcome.Abandoned(
                    RollBackCause.VERIFICATION,
                    ComparedImages.STEP + ": disk " + id + " arrived with "
                            + comparison.different().size() + " blocks that differ, the first at byte "
                            + comparison.different().getFirst());
        }
        return comparison;
    }
}
