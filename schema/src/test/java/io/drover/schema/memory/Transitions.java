package io.drover.schema.memory;

import io.drover.messages.HostId;
import io.drover.messages.MigrationState;
import io.drover.messages.command.WorkerCommand;
import io.drover.schema.scheduler.SchedulerStore.CancelResult;
import io.drover.schema.scheduler.SchedulerStore.Transition;
import org.jspecify.annotations.Nullable;

/** The one place that changes a migration's state and a VM's owner. */
final class Transitions {
    private static final int REASON_MAX = 4000;

    private final MemoryDatabase database;

    Transitions(MemoryDatabase database) {
        this.database = database;
    }

    /** Who asks, as the table {@code allowed_transition} has it; a way out of {@code stranded} is a person's. */
    enum Via {
        CLAIM,
        CANCEL,
        SOURCE,
        GIVE,
        GIVE_BACK,
        RESUMED;

        private static @Nullable Via of(MigrationState from, MigrationState to) {
            if (!from.successors().contains(to) || from == MigrationState.STRANDED) {
                return null;
            }
            return switch (to) {
                case PREPARING -> CLAIM;
                case RESUMING -> GIVE;
                case CANCELLED -> from == MigrationState.QUEUED ? CANCEL : SOURCE;
                case PULLING -> RESUMED;
                case FINISHING -> from == MigrationState.RESUMING ? RESUMED : SOURCE;
                case ROLLING_BACK -> from == MigrationState.RESUMING ? GIVE_BACK : SOURCE;
                case QUEUED, REPLICATING, SWITCHING, COMPLETED, ROLLED_BACK, REJECTED, STRANDED -> SOURCE;
            };
        }
    }

    /** False when that transition is not allowed. {@code publisher}: {@code scheduler} or a host. */
    boolean change(
            MigrationRow row, MigrationState to, Via via, String publisher, String actor, @Nullable String reason) {
        MigrationState from = row.state;
        if (database.keeps(Rule.ALLOWED_TRANSITION) && Via.of(from, to) != via) {
            return false;
        }
        String said = reason == null ? null : MemoryDatabase.printable(reason, REASON_MAX);
        row.state = to;
        row.reason = said == null ? row.reason : said;
        row.trouble = null;
        row.leaseUntil = to.terminal() ? null : row.leaseUntil;
        row.endedAt = to.terminal() ? database.at() : null;
        announce(row, from, publisher, actor, said);
        database.observer().changed(row, from, actor);
        return true;
    }

    boolean byHost(MigrationRow row, MigrationState to, Via via, HostId host, @Nullable String reason) {
        return change(row, to, via, host.value(), host.value(), reason);
    }

    /** {@code from} is null for a submission. */
    void announce(
            MigrationRow row, @Nullable MigrationState from, String publisher, String actor, @Nullable String reason) {
        var done = new Transition(from, row.state, database.at(), row.attempt, actor, reason);
        row.transitions.add(done);
        database.outbox().announce(row, database.vm(row.task.vm()).definition.name(), done, publisher);
    }

    CancelResult cancel(MigrationRow row, String publisher, String requestedBy) {
        return switch (row.state) {
            case QUEUED -> {
                row.requestCancel(database.at());
                String reason = "cancelled by " + requestedBy;
                change(row, MigrationState.CANCELLED, Via.CANCEL, publisher, requestedBy, reason);
                yield CancelResult.CANCELLED;
            }
            case PREPARING, REPLICATING, SWITCHING, ROLLING_BACK -> {
                if (!row.cancelRequested) {
                    row.requestCancel(database.at());
                    database.outbox().post(row.task.source(), new WorkerCommand.Cancel(row.task.id()), null);
                }
                yield CancelResult.REQUESTED;
            }
            case CANCELLED -> row.attempt == 0 ? CancelResult.CANCELLED : CancelResult.TOO_LATE;
            case RESUMING, PULLING, FINISHING, STRANDED, COMPLETED, ROLLED_BACK, REJECTED -> CancelResult.TOO_LATE;
        };
    }

    void changeOwner(VmRow row, HostId to) {
        row.owner = to;
        row.epoch++;
        row.trouble = null;
        database.observer().given(row);
    }
}
