package io.drover.worker.migration.steps;

import io.drover.messages.MigrationState;
import io.drover.worker.hypervisor.Machine;
import io.drover.worker.hypervisor.Machine.MemoryLimits;
import io.drover.worker.hypervisor.MemoryTransfer;
import io.drover.worker.migration.AbandonedException;
import io.drover.worker.migration.DiskReplication;
import io.drover.worker.migration.MigrationContext;
import io.drover.worker.migration.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** Sends memory while the guest runs, keeps the disks' rest small meanwhile, and ends with the guest stopped. */
public final class MigrateMemory implements Step {
    private static final Duration POLL = Duration.ofMillis(10);

    @Override
    public String name() {
        return "migrate-memory";
    }

    @Override
    public MigrationState state() {
        return MigrationState.SWITCHING;
    }

    @Override
    public Map<String, ?> run(MigrationContext context) throws IOException, InterruptedException {
        Machine machine = context.machine();
        var ladder = new Ladder(context);
        context.watch().checkNow();
        context.watch().guestStops();
        machine.sendMemory(context.prepared().memoryTarget(), ladder.limits());
        MemoryTransfer transfer = machine.memory();
        while (transfer.phase() != MemoryTransfer.Phase.PRE_SWITCHOVER) {
            refuseEnded(transfer);
            if (ladder.climbs()) {
                machine.limitMemory(ladder.limits());
            }
            keepDisksSmall(context);
            context.watch().memory(transfer.bytesTransferred(), transfer.bytesTotal());
            context.watch().check();
            context.ports().clock().sleep(POLL);
            transfer = machine.memory();
        }
        context.watch().guestWaits();
        return Map.of(
                "memory_bytes",
                transfer.bytesTransferred(),
                "downtime_limit_ms",
                ladder.limits().downtimeMillis());
    }

    private static void refuseEnded(MemoryTransfer transfer) throws IOException {
        switch (transfer.phase()) {
            case NONE, ACTIVE, PRE_SWITCHOVER -> {}
            case COMPLETED -> throw new IOException("memory went over without waiting for the disks");
            case FAILED, CANCELLED ->
                throw new IOException("the transfer of memory ended: "
                        + (transfer.error().isEmpty() ? transfer.phase().name() : transfer.error()));
        }
    }

    private static void keepDisksSmall(MigrationContext context) throws IOException, InterruptedException {
        long share =
                ReplicateDisks.budget(context) / Math.max(1, context.disks().size());
        for (DiskReplication disk : context.disks()) {
            if (disk.converging() && disk.copy().changes().dirtyBytes() > share) {
                disk.advance();
            }
        }
    }

    /** Allows a longer pause, in doublings, when memory does not fit the shorter one. */
    private static final class Ladder {
        private final MigrationContext context;
        private Duration allowed;
        private Duration nextRung;

        Ladder(MigrationContext context) {
            this.context = context;
            this.allowed = context.policy().pauseBudget().dividedBy(2);
            this.nextRung = now().plus(context.policy().memoryPatience());
        }

        MemoryLimits limits() {
            return new MemoryLimits(context.policy().bytesPerSecondMax(), (int) allowed.toMillis());
        }

        boolean climbs() throws AbandonedException {
            if (now().compareTo(nextRung) < 0) {
                return false;
            }
            Duration longest = context.policy().longestPause();
            if (allowed.compareTo(longest) >= 0) {
                throw new AbandonedException(
                        "memory does not converge: it does not fit a pause of " + longest.toMillis() + " ms");
            }
            allowed = allowed.multipliedBy(2).compareTo(longest) > 0 ? longest : allowed.multipliedBy(2);
            nextRung = now().plus(context.policy().memoryPatience());
            return true;
        }

        private Duration now() {
            return context.ports().clock().elapsed();
        }
    }
}
