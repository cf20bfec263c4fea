package io.drover.worker.migration.source.comparison;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.MigrationState;
import io.drover.messages.evidence.VerifiedCopy;
import io.drover.messages.evidence.disk.CopyComparison;
import io.drover.messages.text.FileProblem;
import io.drover.worker.migration.source.MigrationContext;
import io.drover.worker.migration.source.MigrationOutcome;
import io.drover.worker.migration.source.Step;
import io.drover.worker.peer.PeerRefusedException;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Compares the frozen disks here with what the destination read back. A difference is not repaired: the guest runs over
 * there, so both copies are kept and a person must look.
 */
public final class VerifyCopy implements Step.Plain {
    private static final int TRIES = 10;
    private static final Duration PAUSE = Duration.ofSeconds(2);

    @Override
    public String name() {
        return VerifiedCopy.STEP;
    }

    @Override
    public MigrationState state() {
        return MigrationState.FINISHING;
    }

    @Override
    public VerifiedCopy run(MigrationContext context) throws IOException, InterruptedException {
        var comparisons = new TreeMap<DiskId, CopyComparison>();
        for (DiskDefinition disk : swapFirst(context)) {
            DiskComparison comparison = compare(context, disk);
            comparisons.put(disk.id(), comparison.evidence());
            if (!comparison.different().isEmpty()) {
                throw new MigrationOutcome.Stranded("disk " + disk.id() + " differs between "
                        + context.record().task().source() + " and " + context.destinationName() + " in "
                        + comparison.different().size() + " blocks, the first at byte "
                        + comparison.different().getFirst()
                        + "; the guest runs on the destination, the source's copy is kept");
            }
        }
        return new VerifiedCopy(comparisons);
    }

    /** The guest rewrites its swap soonest. */
    private static List<DiskDefinition> swapFirst(MigrationContext context) {
        return context.definition().disks().stream()
                .sorted(Comparator.comparingInt(disk -> disk.role() == DiskRole.SWAP ? 0 : 1))
                .toList();
    }

    private static DiskComparison compare(MigrationContext context, DiskDefinition disk)
            throws IOException, InterruptedException {
        String trouble = "";
        for (int tries = 0; tries < TRIES; tries++) {
            var comparison = new DiskComparison();
            try {
                compare(context, disk, comparison);
                return comparison;
            } catch (PeerRefusedException e) {
                return DiskComparison.notDone(e.failure().message());
            } catch (IOException e) {
                trouble = FileProblem.told(e);
                context.closeSession();
                context.monitor().keep();
                context.ports().clock().sleep(PAUSE);
            }
        }
        // Retiring deletes nothing, so a destination that does not answer is no reason to stay open for ever.
        return DiskComparison.notDone(trouble);
    }

    private static void compare(MigrationContext context, DiskDefinition disk, DiskComparison comparison)
            throws IOException, InterruptedException {
        try (var frozen = new FrozenDisk(context, disk)) {
            ComparedAhead.compare(context, disk.id(), frozen.source(), comparison, context.monitor()::keep);
        }
    }
}
