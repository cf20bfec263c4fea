package io.drover.worker.sim.control;

import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationProgress;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmId;
import io.drover.schema.record.InboxMessage;
import io.drover.schema.record.JournalEntry;
import io.drover.schema.record.MigrationRecord;
import io.drover.schema.record.RejectedMessage;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.record.VmRecord;
import io.drover.schema.worker.SessionAnswer;
import io.drover.schema.worker.WorkerIdentity;
import io.drover.schema.worker.WorkerStore;
import io.drover.worker.sim.control.SimDatabase.MigrationRow;
import io.drover.worker.sim.control.SimDatabase.VmRow;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One host's way to the database, with the semantics of the SQL functions. */
public final class SimStore implements WorkerStore {
    private final SimDatabase database;
    private final SimCalls calls;
    private final HostId host;
    private final boolean epochs;

    public SimStore(SimDatabase database, SimCalls calls, HostId host) {
        this(database, calls, host, true);
    }

    /** @param epochs whether the give looks at attempt and epoch */
    public SimStore(SimDatabase database, SimCalls calls, HostId host, boolean epochs) {
        this.database = database;
        this.calls = calls;
        this.host = host;
        this.epochs = epochs;
    }

    private <T> T call(String what, Supplier<T> transaction) {
        return calls.call(what, transaction);
    }

    /** A database that was set back may know no such migration. */
    private Outcome callFor(MigrationId id, String what, Function<MigrationRow, Outcome> transaction) {
        return call(
                what,
                () -> Optional.ofNullable(database.migrations.get(id))
                        .map(transaction)
                        .orElse(Outcome.refused("no such migration")));
    }

    @Override
    public HostId host() {
        return host;
    }

    /** A host has one worker at a time here, and it is the host's own. */
    @Override
    public SessionAnswer openSession(WorkerIdentity identity) {
        return call("session", SessionAnswer.Opened::new);
    }

    @Override
    public void ping() {
        call("ping", () -> true);
    }

    @Override
    public String incarnation() {
        return call("incarnation", database::incarnation);
    }

    @Override
    public void registerHost(HostFacts facts) {
        call("register", () -> true);
    }

    @Override
    public OptionalLong linkLimit() {
        return call("link limit", OptionalLong::empty);
    }

    @Override
    public boolean recordInbox(InboxMessage message) {
        return call("inbox", () -> database.takeOver(host, message.messageId()));
    }

    @Override
    public void recordRejected(RejectedMessage message) {
        call("rejected", () -> true);
    }

    @Override
    public SubmitResult submit(MigrationTask task) {
        return call("submit", () -> new SubmitResult.Submitted(task.id(), database.submit(task)));
    }

    @Override
    public List<MigrationRecord> openMigrations() {
        return call(
                "open migrations",
                () -> database.migrations.values().stream()
                        .filter(row -> !row.state.terminal() && isEnd(row))
                        .map(database::read)
                        .toList());
    }

    private boolean isEnd(MigrationRow row) {
        return row.task.source().equals(host) || row.task.destination().equals(host);
    }

    @Override
    public Optional<MigrationRecord> migration(MigrationId id) {
        return call(
                "migration",
                () -> Optional.ofNullable(database.migrations.get(id))
                        .filter(this::isEnd)
                        .map(database::read));
    }

    @Override
    public Optional<VmRecord> vm(VmId id) {
        return call("vm", () -> Optional.ofNullable(database.vms.get(id)).map(VmRow::read));
    }

    @Override
    public List<VmRecord> ownedVms() {
        return call(
                "owned",
                () -> database.vms.values().stream()
                        .filter(row -> row.owner.equals(host))
                        .map(VmRow::read)
                        .toList());
    }

    @Override
    public void recordPower(VmId vm, long epoch, VmRecord.Power power) {
        call("power", () -> {
            VmRow row = database.vm(vm);
            if (row.owner.equals(host) && row.epoch == epoch) {
                row.power = power;
            }
            return true;
        });
    }

    @Override
    public Optional<MigrationRecord> claim(MigrationId id, Duration lease) {
        return call("claim", () -> {
            MigrationRow row = database.migrations.get(id);
            if (row == null || row.state.terminal() || !row.task.source().equals(host)) {
                return Optional.empty();
            }
            row.attempt++;
            row.leaseUntil = database.at().plus(lease);
            if (row.state == MigrationState.QUEUED) {
                database.change(row, MigrationState.PREPARING, host, null);
            }
            return Optional.of(database.read(row));
        });
    }

    @Override
    public boolean renewLease(MigrationId id, int attempt, Duration lease) {
        return call("renew", () -> {
            MigrationRow row = database.migrations.get(id);
            if (row == null) {
                return false;
            }
            if (row.attempt == attempt) {
                row.leaseUntil = database.at().plus(lease);
            }
            return row.attempt == attempt;
        });
    }

    @Override
    public Outcome transition(MigrationId id, int attempt, MigrationState to, @Nullable String reason) {
        return callFor(id, "transition to " + to, row -> {
            Optional<Outcome> refusal = refuseSource(row, attempt);
            if (refusal.isPresent() || row.state == to) {
                return refusal.orElse(Outcome.DONE);
            }
            boolean bySource = to != MigrationState.RESUMING
                    && !(row.state == MigrationState.RESUMING && to != MigrationState.STRANDED);
            return bySource && database.change(row, to, host, reason)
                    ? Outcome.DONE
                    : Outcome.refused("no transition from " + row.state + " to " + to);
        });
    }

    private Optional<Outcome> refuseSource(MigrationRow row, int attempt) {
        if (!row.task.source().equals(host)) {
            return Optional.of(Outcome.refused("not the source"));
        }
        return row.attempt == attempt
                ? Optional.empty()
                : Optional.of(Outcome.refused("attempt " + attempt + " is over; the current one is " + row.attempt));
    }

    @Override
    public Outcome intend(MigrationId id, int attempt, String step) {
        return callFor(id, "intend " + step, row -> {
            return refuseSource(row, attempt).orElseGet(() -> {
                row.journal.put(step, new JournalEntry(step, attempt, database.at(), null, null, null));
                return Outcome.DONE;
            });
        });
    }

    @Override
    public Outcome done(MigrationId id, int attempt, String step, String evidence) {
        return callFor(id, "done " + step, row -> entry(row, attempt, step, evidence, false));
    }

    @Override
    public Outcome undone(MigrationId id, int attempt, String step) {
        return callFor(id, "undone " + step, row -> entry(row, attempt, step, null, true));
    }

    private Outcome entry(MigrationRow row, int attempt, String step, @Nullable String evidence, boolean undone) {
        return refuseSource(row, attempt).orElseGet(() -> {
            JournalEntry entry = row.journal.get(step);
            if (entry == null) {
                return Outcome.refused("step " + step + " was never intended");
            }
            row.journal.put(
                    step,
                    new JournalEntry(
                            step,
                            attempt,
                            entry.intendedAt(),
                            undone ? entry.doneAt() : database.at(),
                            undone ? database.at() : null,
                            undone ? entry.evidence() : evidence));
            return Outcome.DONE;
        });
    }

    @Override
    public List<JournalEntry> journal(MigrationId id) {
        return call(
                "journal",
                () -> Optional.ofNullable(database.migrations.get(id))
                        .map(row -> List.copyOf(row.journal.values()))
                        .orElse(List.of()));
    }

    @Override
    public void progress(MigrationProgress progress) {
        callFor(progress.migration(), "progress", row -> {
            row.progress = progress;
            return Outcome.DONE;
        });
    }

    @Override
    public Outcome giveOwnership(VmId vm, MigrationId migration, int attempt, long epoch) {
        return callFor(migration, "give", row -> {
            VmRow owned = database.vm(vm);
            if (!epochs) {
                database.changeOwner(vm, row.task.destination());
                database.change(row, MigrationState.RESUMING, host, null);
                return Outcome.DONE;
            }
            if (owned.owner.equals(row.task.destination())
                    && owned.epoch == epoch + 1
                    && row.stands(MigrationState.RESUMING, attempt, host)) {
                return Outcome.DONE;
            }
            Optional<Outcome> refusal = refuseSource(row, attempt);
            if (refusal.isPresent()) {
                return refusal.get();
            }
            if (row.state != MigrationState.SWITCHING || row.cancelRequested) {
                return Outcome.refused("the migration is " + row.state + ", cancel requested: " + row.cancelRequested);
            }
            if (!owned.owner.equals(host) || owned.epoch != epoch || row.epoch != epoch) {
                return Outcome.refused("owned by " + owned.owner + " at " + owned.epoch);
            }
            database.changeOwner(vm, row.task.destination());
            database.change(row, MigrationState.RESUMING, host, null);
            return Outcome.DONE;
        });
    }

    @Override
    public Outcome giveBack(VmId vm, MigrationId migration, long epoch, String evidence) {
        return callFor(migration, "give back", row -> byOwner(vm, row, epoch, MigrationState.ROLLING_BACK, evidence));
    }

    @Override
    public Outcome recordResumed(VmId vm, MigrationId migration, long epoch, boolean pulling) {
        MigrationState next = pulling ? MigrationState.PULLING : MigrationState.FINISHING;
        return callFor(migration, "resumed", row -> {
            Outcome outcome = byOwner(vm, row, epoch, next, null);
            if (outcome.done()) {
                database.vm(vm).power = VmRecord.Power.RUNNING;
            }
            return outcome;
        });
    }

    @Override
    public Outcome recordArrived(VmId vm, MigrationId migration, long epoch) {
        return callFor(migration, "arrived", row -> {
            Outcome outcome = byOwner(vm, row, epoch, MigrationState.FINISHING, null);
            if (outcome.done()) {
                database.count("arrived stopped");
            }
            return outcome;
        });
    }

    /** The simulation's controllers ask the database, never a worker. */
    @Override
    public Outcome requestCancel(MigrationId id) {
        throw new UnsupportedOperationException("nobody casts a cancel straight to a worker here");
    }

    private Outcome byOwner(VmId vm, MigrationRow row, long epoch, MigrationState to, @Nullable String reason) {
        VmRow owned = database.vm(vm);
        if (row.epoch + 1 == epoch && row.stands(to, null, host)) {
            return Outcome.DONE;
        }
        boolean owner = row.task.destination().equals(host) && owned.owner.equals(host) && owned.epoch == epoch;
        if (!owner || row.state != MigrationState.RESUMING) {
            return Outcome.refused("the migration is " + row.state + ", owner " + owned.owner + " at " + owned.epoch);
        }
        if (to == MigrationState.ROLLING_BACK) {
            database.changeOwner(vm, row.task.source());
        }
        database.change(row, to, host, reason);
        return Outcome.DONE;
    }
}
