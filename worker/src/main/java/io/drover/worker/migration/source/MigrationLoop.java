package io.drover.worker.migration.source;

import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.text.FileProblem;
import io.drover.messages.text.SaidOnce;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.record.MigrationRecord;
import io.drover.schema.worker.WorkerStore;
import io.drover.worker.ownership.VmLocks;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Takes up every open migration whose source this host is: fresh ones and those an earlier worker left behind alike. */
public final class MigrationLoop {
    private static final Logger LOG = LoggerFactory.getLogger(MigrationLoop.class);

    private final WorkerStore store;
    private final MigrationRunner runner;
    private final VmLocks turns;
    private final Executor executor;
    private final int concurrentMax;
    private final Set<MigrationId> running = ConcurrentHashMap.newKeySet();
    private final SaidOnce said = new SaidOnce();
    private volatile boolean held;

    /** {@code executor}: one thread a migration, virtual ones in the program. */
    public MigrationLoop(
            WorkerStore store, MigrationRunner runner, VmLocks turns, Executor executor, int concurrentMax) {
        this.store = store;
        this.runner = runner;
        this.turns = turns;
        this.executor = executor;
        this.concurrentMax = concurrentMax;
    }

    /** One look at the open migrations; starts what there is room for. */
    public void look() {
        if (held) {
            return;
        }
        try {
            for (MigrationRecord row : store.openMigrations()) {
                if (row.task().source().equals(store.host()) && row.state() != MigrationState.STRANDED) {
                    start(row);
                }
            }
            said.over(this);
        } catch (StoreUnavailableException e) {
            if (said.isNews(this, FileProblem.told(e))) {
                LOG.warn("open migrations: {}", FileProblem.told(e));
            }
        }
    }

    /** The worker is about to stop: no migration is begun any more, and none enters its switchover. */
    public void hold() {
        held = true;
        runner.switchovers().hold();
    }

    /** Whether no migration off this host is in its switchover. */
    public boolean noSwitchover() {
        return runner.switchovers().none();
    }

    /** How many are under way. */
    public int running() {
        return running.size();
    }

    private void start(MigrationRecord row) {
        boolean mayBeginOne = running.size() < concurrentMax;
        // One in which the guest may stand still does not wait for its turn.
        boolean urgent = row.state() != MigrationState.QUEUED;
        if ((!mayBeginOne && !urgent) || !turns.tryTake(row.definition().id())) {
            return;
        }
        running.add(row.task().id());
        boolean begun = false;
        try {
            executor.execute(() -> run(row));
            begun = true;
        } finally {
            if (!begun) {
                end(row);
            }
        }
    }

    private void end(MigrationRecord row) {
        running.remove(row.task().id());
        turns.release(row.definition().id());
    }

    private void run(MigrationRecord row) {
        // Every line that this migration logs carries its id.
        try (var _ = MDC.putCloseable("migration", row.task().id().toString())) {
            MigrationRunner.End end = runner.run(row.task().id());
            LOG.info("migration {}: {}", row.task().id(), end);
        } catch (InterruptedException e) {
            // The worker ends. The VM lives on and the next worker takes the migration up.
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // Top of the thread: a defect must not keep the migration from being taken up again.
            LOG.error("migration {}", row.task().id(), e);
        } finally {
            end(row);
        }
    }
}
