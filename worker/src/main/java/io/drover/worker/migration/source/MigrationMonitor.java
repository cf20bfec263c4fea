package io.drover.worker.migration.source;

import io.drover.messages.MigrationProgress;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.record.MigrationRecord;
import io.drover.worker.hypervisor.VmStatus;
import io.drover.worker.migration.metrics.RollBackCause;
import io.drover.worker.ownership.GuestStates;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a migration's thread looks after between two pieces of work, at most twice a second: progress, lease, cancel,
 * deadline, and whether the guest still runs. Done inline, so that one thread owns the migration.
 */
public final class MigrationMonitor {
    private static final Logger LOG = LoggerFactory.getLogger(MigrationMonitor.class);
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final Duration INTERVAL_WITHOUT_STORE = Duration.ofSeconds(3);

    private final MigrationContext context;
    private final BulkPace pace;
    private final DirtyRate dirtyRate;
    private volatile Duration nextCheck;
    private volatile Duration nextRenewal;
    private volatile Duration storeHeard;
    private volatile String step = "";
    private volatile long memoryDone;
    private volatile long memoryTotal;
    private volatile Duration memoryBegan = Duration.ZERO;
    private volatile Duration nextStoreCall;
    private volatile boolean guestMustRun;
    private volatile boolean memoryMoves;
    private volatile boolean quiet;
    private volatile @Nullable Duration guestStoppedAt;
    private boolean pauseTold;
    private long diskCounted;
    private long memoryCounted;

    MigrationMonitor(MigrationContext context) {
        this.context = context;
        this.pace = new BulkPace(context);
        this.dirtyRate = new DirtyRate(context.ports().clock());
        Duration now = context.ports().clock().elapsed();
        this.nextCheck = now;
        this.nextStoreCall = now;
        this.nextRenewal = now.plus(context.policy().lease().dividedBy(3));
        this.storeHeard = now;
    }

    void enter(String stepName) {
        step = stepName;
    }

    /** From now on a guest that does not run ends the migration, until {@link #guestStops}. */
    public void guestRuns() {
        guestMustRun = true;
    }

    /** Memory is about to move: the guest may be stopped by it at any time. */
    public void guestStops() {
        guestMustRun = false;
        memoryMoves = true;
        memoryBegan = context.ports().clock().elapsed();
        pace.atFullRate();
    }

    /** The guest is stopped and waits: nothing is looked after until the switchover is over. */
    public void guestWaits() {
        quiet = true;
        guestStoppedAt = context.ports().clock().elapsed();
    }

    /** When the guest was seen stopped, on the clock's {@code elapsed}; null before. */
    @Nullable
    Duration guestWaitsSince() {
        return guestStoppedAt;
    }

    /** The guest goes on, here or at the destination; the first word of it counts. */
    public void guestGoesOn(boolean atDestination) {
        Duration since = guestStoppedAt;
        if (since != null && !pauseTold) {
            pauseTold = true;
            context.ports().meters().paused(context.ports().clock().elapsed().minus(since), atDestination);
        }
    }

    /** Bytes of memory on the wire, for progress. */
    public void memory(long done, long total) {
        memoryDone = done;
        memoryTotal = total;
    }

    /** Before so many bytes of a disk are read and sent, or compared: waits while the guest's own requests take long. */
    public void beforeSending(int bytes) throws InterruptedException {
        pace.beforeSending(bytes);
    }

    /** The least part of its rate to which the guest's latency has brought the bulk; 1 when it never did. */
    public double leastPartOfRate() {
        return pace.leastPart();
    }

    void note(String message) {
        LOG.info("migration {}: {}", context.id(), message);
    }

    /** Looks after everything when it is time to; throws when the migration must not go on. */
    public void check() throws IOException, InterruptedException {
        if (!quiet && context.ports().clock().elapsed().compareTo(nextCheck) >= 0) {
            checkNow();
        }
    }

    /** For the steps after the give, where neither cancel nor deadline counts any more: progress and lease only. */
    public void keep() {
        if (context.ports().clock().elapsed().compareTo(nextCheck) < 0) {
            return;
        }
        nextCheck = context.ports().clock().elapsed().plus(INTERVAL);
        try {
            report();
            renewIfDue();
        } catch (StoreUnavailableException | MigrationOutcome.Superseded e) {
            // After the give nothing depends on the lease: it tells people that somebody is at it.
            note("lease not renewed: " + e.getMessage());
        }
    }

    /** Like {@link #check}, without waiting until it is time. */
    public void checkNow() throws IOException, InterruptedException {
        Duration now = context.ports().clock().elapsed();
        nextCheck = now.plus(INTERVAL);
        checkDeadline();
        if (guestMustRun) {
            checkGuest();
            pace.look();
            dirtyRate.look(context.replicated());
        }
        if (now.compareTo(nextStoreCall) >= 0) {
            askStore();
        }
    }

    private void askStore() throws IOException {
        try {
            report();
            renewIfDue();
            checkCancel();
            storeHeard = context.ports().clock().elapsed();
        } catch (StoreUnavailableException e) {
            bear(e);
        }
    }

    private void bear(StoreUnavailableException e) {
        Duration now = context.ports().clock().elapsed();
        if (memoryMoves) {
            // The guest may be stopped at any moment and must not wait for the database: it is not asked again before
            // the test just before the switchover.
            nextStoreCall = now.plus(Duration.ofDays(1));
            return;
        }
        if (now.minus(storeHeard).compareTo(context.policy().storePatience()) > 0) {
            throw new MigrationOutcome.Abandoned(
                    RollBackCause.DATABASE,
                    "the database has not answered for " + now.minus(storeHeard).toSeconds() + " s: " + e.getMessage());
        }
        nextStoreCall = now.plus(INTERVAL_WITHOUT_STORE);
    }

    private void checkDeadline() {
        @Nullable Instant deadline = context.record().task().deadline();
        if (deadline != null && !context.ports().clock().now().isBefore(deadline)) {
            throw new MigrationOutcome.Abandoned(
                    RollBackCause.DEADLINE, "the deadline " + deadline + " passed before the VM was handed over");
        }
    }

    private void checkGuest() throws IOException, InterruptedException {
        Optional<VmStatus> status = context.vmStatus();
        if (status.isEmpty()) {
            throw new MigrationOutcome.Abandoned(RollBackCause.GUEST, "the VM's process ended during the migration");
        }
        refuse(GuestStates.endsAMove(status.get()));
        if (status.get() != VmStatus.RUNNING) {
            throw new MigrationOutcome.Abandoned(
                    RollBackCause.GUEST,
                    "the VM does not run any more: it is " + status.get().name().toLowerCase(Locale.ROOT));
        }
    }

    /** While memory moves QEMU may stop the guest at any time; whatever else stops it ends the migration. */
    public void checkMovingGuest() throws IOException, InterruptedException {
        Optional<VmStatus> status = context.vmStatus();
        if (status.isPresent()) {
            refuse(GuestStates.endsAMove(status.get()));
        }
    }

    private static void refuse(Optional<String> reason) {
        if (reason.isPresent()) {
            throw new MigrationOutcome.Abandoned(RollBackCause.GUEST, reason.get());
        }
    }

    private void checkCancel() {
        boolean cancelled = context.ports()
                .store()
                .migration(context.id())
                .map(MigrationRecord::cancelRequested)
                .orElse(false);
        if (cancelled) {
            throw new MigrationOutcome.Abandoned(RollBackCause.CANCELLED, "cancelled by request");
        }
    }

    private void renewIfDue() {
        if (context.ports().clock().elapsed().compareTo(nextRenewal) < 0) {
            return;
        }
        nextRenewal =
                context.ports().clock().elapsed().plus(context.policy().lease().dividedBy(3));
        if (!context.ports()
                .store()
                .renewLease(
                        context.id(),
                        context.record().attempt(),
                        context.policy().lease())) {
            throw new MigrationOutcome.Superseded("attempt " + context.record().attempt() + " is not the current one");
        }
    }

    /** Counts what was copied since the last time. */
    void countCopied() {
        long disk = context.replicated().stream()
                .mapToLong(each -> each.copy().account().bytesDone())
                .sum();
        long memory = memoryDone;
        // QEMU's own count of a mirror may fall when it begins a round.
        context.ports().meters().copied(Math.max(0, disk - diskCounted), Math.max(0, memory - memoryCounted));
        diskCounted = Math.max(disk, diskCounted);
        memoryCounted = Math.max(memory, memoryCounted);
    }

    private void report() {
        countCopied();
        long done = memoryDone;
        long total = memoryTotal;
        int round = 0;
        for (DiskReplication disk : context.replicated()) {
            var account = disk.copy().account();
            done += account.bytesDone();
            total += account.bytesTotal();
            round = Math.max(round, account.round());
        }
        // After the give nothing is sent any more: the rate would be that of what was sent before.
        boolean moving = context.state().beforeGive();
        double rate = moving ? context.sessionBytesPerSecond() + memoryRate() : 0;
        long memoryLeft = memoryMoves ? 0 : context.definition().memoryBytes();
        TimeEstimate outlook = moving
                ? TimeEstimate.of(total - done, memoryLeft, rate, dirtyRate.bytesPerSecond())
                : TimeEstimate.UNKNOWN;
        context.ports()
                .store()
                .progress(new MigrationProgress(
                        context.id(),
                        step,
                        round,
                        done,
                        total,
                        rate,
                        outlook.least(),
                        moving ? dirtyRate.bytesPerSecond() : 0,
                        outlook.most()));
    }

    /** Since memory began to move; it goes past the session. */
    private double memoryRate() {
        double seconds = context.ports().clock().elapsed().minus(memoryBegan).toNanos() / 1e9;
        return memoryMoves && seconds > 0 ? memoryDone / seconds : 0;
    }
}
