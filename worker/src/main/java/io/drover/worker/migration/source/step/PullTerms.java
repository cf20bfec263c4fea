package io.drover.worker.migration.source.step;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.ImageFormat;
import io.drover.messages.MigrationTask;
import io.drover.worker.migration.source.MigrationContext;
import io.drover.worker.migration.source.comparison.FrozenDisk;
import io.drover.worker.migration.source.comparison.FullComparison;
import io.drover.worker.replication.BlockSource;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which disks are pulled by the destination after the switchover, and the answers to its fetches. */
final class PullTerms {
    private PullTerms() {}

    /** Disks whose algorithm leaves blocks behind. */
    static List<DiskDefinition> pulled(MigrationContext context) {
        return context.definition().disks().stream()
                .filter(disk -> pulls(context, disk.id()))
                .toList();
    }

    /** From the row alone: a worker that takes the migration up later must come to the same. */
    static boolean pulls(MigrationContext context, DiskId disk) {
        MigrationTask task = context.record().task();
        return context.ports().algorithms().named(task.algorithmFor(disk)).pulls(allowed(context, disk));
    }

    /** Whether an algorithm that can do without pulling may pull this disk: what the task allows, where it is possible at all. */
    static boolean allowed(MigrationContext context, DiskId disk) {
        boolean raw = context.definition().disks().stream()
                .anyMatch(defined -> defined.id().equals(disk) && defined.imageFormat() == ImageFormat.RAW);
        return raw && context.record().task().mayPull() && !FullComparison.wanted(context);
    }

    /** Has the session answer what the destination's guest waits for. What it reads stays open as long as the attempt. */
    static void answerFetches(MigrationContext context) throws IOException, InterruptedException {
        Map<DiskId, BlockSource> sources = new TreeMap<>();
        for (DiskDefinition disk : pulled(context)) {
            if (context.session().missing(disk.id(), 0).bytes() == 0) {
                // An earlier attempt saw it complete: it takes no data any more, and nobody will ask for any.
                continue;
            }
            var frozen = new FrozenDisk(context, disk);
            context.keep(frozen);
            sources.put(disk.id(), frozen.source());
        }
        context.session().answerFetches(sources);
    }
}
