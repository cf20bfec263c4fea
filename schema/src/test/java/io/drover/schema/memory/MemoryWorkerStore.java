package io.drover.schema.memory;

import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationProgress;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmId;
import io.drover.schema.memory.Transitions.Via;
import io.drover.schema.record.InboxMessage;
import io.drover.schema.record.JournalEntry;
import io.drover.schema.record.MigrationRecord;
import io.drover.schema.record.RejectedMessage;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.record.Trouble;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.SchedulerStore.CancelResult;
import io.drover.schema.worker.SessionAnswer;
import io.drover.schema.worker.WorkerIdentity;
import io.drover.schema.worker.WorkerStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A worker's store in memory. */
public final class MemoryWorkerStore implements WorkerStore {
    private static final Duration LEASE_MOST = Duration.ofHours(1);
    private static final int TROUBLE_MAX = 4000;

    private final MemoryDatabase database;
    private final Tables tables;
    private final Sessions sessions;
    private final Views views;
    private final Journals journals;
    private final Ownership ownership;
    private final HostId host;
    private final UUID session;

    /** {@code session} names the process; it is to be opened first. */
    public MemoryWorkerStore(MemoryDatabase database, HostId host, UUID session) {
        this.database = database;
        this.tables = database.tables();
        this.sessions = new Sessions(database);
        this.views = new Views(database);
        this.journals = new Journals(database, host);
        this.ownership = new Ownership(database, host);
        this.host = host;
        this.session = session;
    }

    private <T> T call(Supplier<T> work) {
        return database.transaction(() -> {
            sessions.require(host, session);
            return work.get();
        });
    }

    private void run(Runnable work) {
        call(() -> {
            work.run();
            return true;
        });
    }

    /** A migration of which this host is an end; others are none of its business. */
    private Optional<MigrationRow> find(MigrationId id) {
        return Optional.ofNullable(tables.migrations.get(id)).filter(row -> row.isEnd(host));
    }

    private Outcome callFor(MigrationId id, Function<MigrationRow, Outcome> work) {
        return call(() -> find(id).map(work).orElseGet(() -> Outcome.refused("no migration with this host as an end")));
    }

    @Override
    public HostId host() {
        return host;
    }

    @Override
    public SessionAnswer openSession(WorkerIdentity identity) {
        return database.transaction(() -> sessions.open(host, session, identity));
    }

    @Override
    public void ping() {
        run(() -> {});
    }

    @Override
    public String incarnation() {
        return call(database::incarnation);
    }

    @Override
    public void registerHost(HostFacts facts) {
        run(() -> {
            tables.hosts.put(host, new Tables.Host(facts, database.at()));
            sessions.seen(host);
        });
    }

    @Override
    public void vacate() {
        run(() -> tables.vacate(host, true));
    }

    @Override
    public Map<VmId, Integer> shutdownOrder() {
        return call(() -> {
            var order = new HashMap<VmId, Integer>();
            tables.labels.vms().forEach((vm, labels) -> {
                VmRow row = tables.vms.get(vm);
                String place = labels.getOrDefault("drover.shutdown-order", "");
                if (row != null && row.owner.equals(host) && place.matches("[0-9]{1,4}")) {
                    order.put(vm, Integer.valueOf(place));
                }
            });
            return Map.copyOf(order);
        });
    }

    @Override
    public Optional<String> peerAddress(HostId other) {
        return call(() -> Optional.ofNullable(tables.hosts.get(other))
                .map(known -> known.facts().peerAddress()));
    }

    @Override
    public OptionalLong linkLimit() {
        return call(() -> {
            Long limit = tables.limits.get(host);
            return limit == null ? OptionalLong.empty() : OptionalLong.of(limit);
        });
    }

    @Override
    public boolean recordInbox(InboxMessage message) {
        return call(() -> database.takeOver(host, message));
    }

    @Override
    public void recordRejected(RejectedMessage message) {
        run(() -> tables.rejected.add(new Tables.Rejected(host.value(), message, database.at())));
    }

    @Override
    public SubmitResult submit(MigrationTask task) {
        return call(() -> database.submit(task, host, host.value(), null));
    }

    @Override
    public List<MigrationRecord> openMigrations() {
        return call(() -> tables.migrations.values().stream()
                .filter(row -> !row.state.terminal() && row.isEnd(host))
                .sorted(Comparator.comparing((MigrationRow row) -> row.createdAt)
                        .thenComparing(row -> row.task.id().value(), MemoryDatabase.BY_ID))
                .flatMap(row -> views.record(row).stream())
                .toList());
    }

    @Override
    public Optional<MigrationRecord> migration(MigrationId id) {
        return call(() -> find(id).flatMap(views::record));
    }

    @Override
    public Optional<VmRecord> vm(VmId id) {
        return call(() -> Optional.ofNullable(tables.vms.get(id))
                .filter(row -> row.owner.equals(host) || wasAnEndFor(id))
                .map(VmRow::read));
    }

    private boolean wasAnEndFor(VmId vm) {
        return tables.migrations.values().stream().anyMatch(row -> row.task.vm().equals(vm) && row.isEnd(host));
    }

    @Override
    public List<VmRecord> ownedVms() {
        return call(() -> tables.vms.values().stream()
                .filter(row -> row.owner.equals(host))
                .sorted(Comparator.comparing(row -> row.definition.id().value(), MemoryDatabase.BY_ID))
                .map(VmRow::read)
                .toList());
    }

    @Override
    public void recordPower(VmId vm, long epoch, VmRecord.Power power) {
        run(() -> {
            VmRow row = tables.vms.get(vm);
            if (row != null && row.owner.equals(host) && row.epoch == epoch) {
                row.power = power;
            }
        });
    }

    @Override
    public void noteTrouble(VmId vm, long epoch, @Nullable String trouble) {
        run(() -> {
            VmRow row = tables.vms.get(vm);
            if (row != null && row.owner.equals(host) && row.epoch == epoch) {
                row.trouble = noted(row.trouble, trouble);
            }
        });
    }

    @Override
    public void noteTrouble(MigrationId id, int attempt, @Nullable String trouble) {
        run(() -> find(id).filter(
                        row -> row.task.source().equals(host) && row.attempt == attempt && !row.state.terminal())
                .ifPresent(row -> row.trouble = noted(row.trouble, trouble)));
    }

    /** The moment is that of the first time. */
    private @Nullable Trouble noted(@Nullable Trouble before, @Nullable String said) {
        if (said == null) {
            return null;
        }
        String text = MemoryDatabase.printable(said, TROUBLE_MAX);
        return before != null && before.reason().equals(text) ? before : new Trouble(text, database.at());
    }

    @Override
    public Optional<MigrationRecord> claim(MigrationId id, Duration lease) {
        return call(() -> find(id).filter(
                        row -> !row.state.terminal() && row.task.source().equals(host))
                .flatMap(row -> {
                    row.attempt++;
                    row.leaseUntil = leaseEnd(lease);
                    if (row.state == MigrationState.QUEUED) {
                        database.transitions().byHost(row, MigrationState.PREPARING, Via.CLAIM, host, null);
                    }
                    return views.record(row);
                }));
    }

    @Override
    public boolean renewLease(MigrationId id, int attempt, Duration lease) {
        return call(() -> find(id).filter(
                        row -> row.task.source().equals(host) && row.attempt == attempt && !row.state.terminal())
                .map(row -> row.leaseUntil = leaseEnd(lease))
                .isPresent());
    }

    private Instant leaseEnd(Duration lease) {
        return database.at().plus(lease.compareTo(LEASE_MOST) > 0 ? LEASE_MOST : lease);
    }

    @Override
    public Outcome transition(MigrationId id, int attempt, MigrationState to, @Nullable String reason) {
        return callFor(id, row -> ownership.transition(row, attempt, to, reason));
    }

    @Override
    public Outcome intend(MigrationId id, int attempt, String step) {
        return callFor(id, row -> journals.intend(row, attempt, step));
    }

    @Override
    public Outcome done(MigrationId id, int attempt, String step, String evidence) {
        return callFor(id, row -> journals.done(row, attempt, step, evidence));
    }

    @Override
    public Outcome undone(MigrationId id, int attempt, String step) {
        return callFor(id, row -> journals.undone(row, attempt, step));
    }

    @Override
    public List<JournalEntry> journal(MigrationId id) {
        return call(() ->
                find(id).map(row -> List.copyOf(row.journal(host).values())).orElse(List.of()));
    }

    @Override
    public void progress(MigrationProgress progress) {
        run(() -> find(progress.migration())
                .filter(row -> !row.state.terminal())
                .ifPresent(row -> row.progress = progress));
    }

    @Override
    public Outcome giveOwnership(VmId vm, MigrationId migration, int attempt, long epoch) {
        return callFor(migration, row -> ownership.give(vm, row, attempt, epoch));
    }

    @Override
    public Outcome giveBack(VmId vm, MigrationId migration, long epoch, String evidence) {
        return callFor(migration, row -> ownership.giveBack(vm, row, epoch, evidence));
    }

    @Override
    public Outcome recordResumed(VmId vm, MigrationId migration, long epoch, boolean pulling) {
        MigrationState next = pulling ? MigrationState.PULLING : MigrationState.FINISHING;
        return callFor(migration, row -> ownership.arrived(vm, row, epoch, next, VmRecord.Power.RUNNING));
    }

    @Override
    public Outcome recordArrived(VmId vm, MigrationId migration, long epoch) {
        return callFor(migration, row -> ownership.arrived(vm, row, epoch, MigrationState.FINISHING, null));
    }

    @Override
    public Outcome requestCancel(MigrationId id) {
        return callFor(id, row -> {
            if (!row.task.source().equals(host)) {
                return Outcome.refused(host + " is not the source of migration " + id);
            }
            MigrationState before = row.state;
            return database.cancel(id, host.value(), host.value()) == CancelResult.TOO_LATE
                    ? Outcome.refused("too late: the migration is " + before.wireName())
                    : Outcome.DONE;
        });
    }
}
