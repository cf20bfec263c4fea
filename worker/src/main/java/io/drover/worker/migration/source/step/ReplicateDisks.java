package io.drover.worker.migration.source.step;

import io.drover.messages.DiskId;
import io.drover.messages.MigrationState;
import io.drover.messages.evidence.ReplicatedDisks;
import io.drover.messages.evidence.ReplicatedDisks.ReplicatedDisk;
import io.drover.worker.migration.metrics.RollBackCause;
import io.drover.worker.migration.source.DiskReplication;
import io.drover.worker.migration.source.MigrationContext;
import io.drover.worker.migration.source.MigrationOutcome;
import io.drover.worker.migration.source.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Copies all disks in turn while the guest runs, until what is left of them together fits half the pause: memory needs
 * the other half.
 */
public final class ReplicateDisks implements Step.Copying {
    @Override
    public String name() {
        return ReplicatedDisks.STEP;
    }

    @Override
    public MigrationState state() {
        return MigrationState.REPLICATING;
    }

    @Override
    public ReplicatedDisks run(MigrationContext context, List<DiskReplication> disks)
            throws IOException, InterruptedException {
        int passes = 0;
        do {
            pass(context, disks, passes == 0);
            passes++;
        } while (rest(disks) > budget(context) && passes < context.policy().roundsMax() && canConverge(disks));
        long rest = rest(disks);
        refuseLongPause(context, rest);
        return new ReplicatedDisks(passes, rest, context.monitor().leastPartOfRate(), evidence(disks));
    }

    private static void pass(MigrationContext context, List<DiskReplication> disks, boolean first)
            throws IOException, InterruptedException {
        for (DiskReplication disk : disks) {
            if (first || (disk.rest() > 0 && disk.converging())) {
                disk.advance();
            }
            context.monitor().check();
        }
    }

    private static boolean canConverge(List<DiskReplication> disks) {
        return disks.stream().anyMatch(disk -> disk.rest() > 0 && disk.converging());
    }

    static long rest(List<DiskReplication> disks) {
        return disks.stream().mapToLong(DiskReplication::rest).sum();
    }

    /** Bytes of disk that half the pause can carry. */
    static long budget(MigrationContext context) {
        return (long) (context.bytesPerSecond() * context.policy().pauseBudget().toMillis() / 2000);
    }

    private static void refuseLongPause(MigrationContext context, long rest) {
        Duration pause = Duration.ofMillis((long) (rest / context.bytesPerSecond() * 1000));
        Duration longest = context.policy().longestPause();
        if (pause.compareTo(longest) > 0) {
            throw new MigrationOutcome.Abandoned(
                    RollBackCause.NOT_CONVERGING,
                    "the disks do not converge: " + rest + " bytes are left, a pause of " + pause.toMillis()
                            + " ms where " + longest.toMillis() + " ms are allowed");
        }
    }

    private static Map<DiskId, ReplicatedDisk> evidence(List<DiskReplication> disks) {
        var replicated = new TreeMap<DiskId, ReplicatedDisk>();
        for (DiskReplication disk : disks) {
            var account = disk.copy().account();
            replicated.put(
                    disk.copy().disk(),
                    new ReplicatedDisk(
                            disk.algorithm(),
                            account.round(),
                            account.bytesDone(),
                            account.bytesSaved(),
                            disk.wireBytes(),
                            disk.rest(),
                            disk.evidence()));
        }
        return replicated;
    }

    @Override
    public void undo(MigrationContext context) throws IOException, InterruptedException {
        for (DiskReplication disk : context.replicated()) {
            disk.abandon();
        }
    }
}
