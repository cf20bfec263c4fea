package io.drover.schema.worker;

import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationProgress;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.json.DroverJson;
import io.drover.schema.Database;
import io.drover.schema.FencedException;
import io.drover.schema.record.InboxMessage;
import io.drover.schema.record.JournalEntry;
import io.drover.schema.record.MigrationRecord;
import io.drover.schema.record.RejectedMessage;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.record.VmRecord;
import io.drover.schema.sql.Query;
import io.drover.schema.sql.Records;
import io.drover.schema.sql.Row;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A worker's store in PostgreSQL; {@code database} is logged in as the host's own role. */
public final class PostgresWorkerStore implements WorkerStore {
    private static final String MIGRATION_COLUMNS = """
        id, vm, source, destination, algorithm, disk_algorithms, deadline, task_reason, allow_pull, base_images, verify,
        definition, state, attempt, epoch, cancel_requested, token, destination_address, reason
        """;
    private static final String VM_COLUMNS =
            "definition, owner_host, epoch, power, wanted_power, trouble, trouble_since";

    private final Database database;
    private final HostId host;
    private final Consumer<FencedException> fenced;

    public PostgresWorkerStore(Database database, HostId host) {
        this(database, host, error -> {});
    }

    /** {@code fenced} hears, beside the caller, that another session stands. */
    public PostgresWorkerStore(Database database, HostId host, Consumer<FencedException> fenced) {
        this.database = database;
        this.host = host;
        this.fenced = fenced;
    }

    @Override
    public HostId host() {
        return host;
    }

    @Override
    public SessionAnswer openSession(WorkerIdentity identity) {
        return list(
                        "SELECT verdict, holder, last_seen FROM drover_api.open_session(?, ?, ?, ?, ?)",
                        PostgresWorkerStore::answer,
                        host,
                        identity.machineId(),
                        identity.bootId(),
                        identity.stateFolder(),
                        identity.address())
                .getFirst();
    }

    private static SessionAnswer answer(Row row) throws SQLException {
        String verdict = row.text("verdict");
        return switch (verdict) {
            case "open" -> new SessionAnswer.Opened();
            case "living" -> new SessionAnswer.Living(row.text("holder"), row.instant("last_seen"));
            case "other" -> new SessionAnswer.Other(row.text("holder"));
            case "taken" -> new SessionAnswer.Taken();
            default -> throw new IllegalStateException("open_session answers " + verdict);
        };
    }

    @Override
    public void ping() {
        call("SELECT drover_api.worker_ping(?)", host);
    }

    @Override
    public String incarnation() {
        return list("SELECT drover_api.incarnation() AS incarnation", row -> row.text("incarnation"))
                .getFirst();
    }

    @Override
    public void registerHost(HostFacts facts) {
        call(
                "SELECT drover_api.register_host(?, ?::jsonb)",
                host,
                DroverJson.mapper().writeValueAsString(facts));
    }

    @Override
    public void vacate() {
        call("SELECT drover_api.vacate_host()");
    }

    @Override
    public Map<VmId, Integer> shutdownOrder() {
        return list(
                        "SELECT vm, place FROM drover_api.shutdown_order()",
                        row -> Map.entry(new VmId(row.uuid("vm")), row.small("place")))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    @Override
    public Optional<String> peerAddress(HostId host) {
        return list("SELECT peer_address FROM drover_api.peers() WHERE host = ?", row -> row.text("peer_address"), host)
                .stream()
                .findFirst();
    }

    @Override
    public OptionalLong linkLimit() {
        long limit = list(
                        "SELECT coalesce(drover_api.own_link_limit(), 0) AS bytes_per_second",
                        row -> row.whole("bytes_per_second"))
                .getFirst();
        return limit == 0 ? OptionalLong.empty() : OptionalLong.of(limit);
    }

    @Override
    public boolean recordInbox(InboxMessage message) {
        return inTransaction(connection -> Records.recordInbox(connection, message));
    }

    @Override
    public void recordRejected(RejectedMessage message) {
        inTransaction(connection -> {
            Records.recordRejected(connection, message);
            return true;
        });
    }

    @Override
    public SubmitResult submit(MigrationTask task) {
        return inTransaction(connection -> Records.submit(connection, task, host.value(), null));
    }

    @Override
    public List<MigrationRecord> openMigrations() {
        return list("SELECT " + MIGRATION_COLUMNS + " FROM drover_api.open_migrations()", PostgresWorkerStore::record);
    }

    @Override
    public Optional<MigrationRecord> migration(MigrationId id) {
        return list(
                        "SELECT " + MIGRATION_COLUMNS + " FROM drover_api.migration_for_worker(?)",
                        PostgresWorkerStore::record,
                        id.value())
                .stream()
                .findFirst();
    }

    @Override
    public Optional<VmRecord> vm(VmId id) {
        return list("SELECT " + VM_COLUMNS + " FROM drover_api.vm_for_worker(?)", Records::vm, id.value()).stream()
                .findFirst();
    }

    @Override
    public List<VmRecord> ownedVms() {
        return list("SELECT " + VM_COLUMNS + " FROM drover_api.owned_vms()", Records::vm);
    }

    @Override
    public void recordPower(VmId vm, long epoch, VmRecord.Power power) {
        call("SELECT drover_api.record_power(?, ?, ?)", vm.value(), epoch, Records.name(power));
    }

    @Override
    public void noteTrouble(VmId vm, long epoch, @Nullable String trouble) {
        call("SELECT drover_api.note_vm_trouble(?, ?, ?)", vm.value(), epoch, trouble);
    }

    @Override
    public void noteTrouble(MigrationId id, int attempt, @Nullable String trouble) {
        call("SELECT drover_api.note_migration_trouble(?, ?, ?)", id.value(), attempt, trouble);
    }

    @Override
    public Optional<MigrationRecord> claim(MigrationId id, Duration lease) {
        return list(
                        "SELECT " + MIGRATION_COLUMNS + " FROM drover_api.claim_migration(?, make_interval(secs => ?))",
                        PostgresWorkerStore::record,
                        id.value(),
                        lease)
                .stream()
                .findFirst();
    }

    @Override
    public boolean renewLease(MigrationId id, int attempt, Duration lease) {
        return list(
                        "SELECT drover_api.renew_lease(?, ?, make_interval(secs => ?)) AS renewed",
                        row -> row.flag("renewed"),
                        id.value(),
                        attempt,
                        lease)
                .getFirst();
    }

    @Override
    public Outcome transition(MigrationId id, int attempt, MigrationState to, @Nullable String reason) {
        return outcome("transition_migration(?, ?, ?, ?)", id.value(), attempt, to.wireName(), reason);
    }

    @Override
    public Outcome intend(MigrationId id, int attempt, String step) {
        return outcome("intend_step(?, ?, ?)", id.value(), attempt, step);
    }

    @Override
    public Outcome done(MigrationId id, int attempt, String step, String evidence) {
        return outcome("step_done(?, ?, ?, ?::json)", id.value(), attempt, step, evidence);
    }

    @Override
    public Outcome undone(MigrationId id, int attempt, String step) {
        return outcome("step_undone(?, ?, ?)", id.value(), attempt, step);
    }

    @Override
    public List<JournalEntry> journal(MigrationId id) {
        String sql = """
            SELECT step, attempt, intended_at, done_at, undone_at, evidence
            FROM drover_api.journal(?)
            """;
        return list(sql, PostgresWorkerStore::journalEntry, id.value());
    }

    @Override
    public void progress(MigrationProgress progress) {
        call(
                "SELECT drover_api.report_progress(?::jsonb, ?)",
                DroverJson.mapper().writeValueAsString(progress),
                progress.timeToFinish());
    }

    @Override
    public Outcome giveOwnership(VmId vm, MigrationId migration, int attempt, long epoch) {
        return outcome("give_ownership(?, ?, ?, ?)", vm.value(), migration.value(), attempt, epoch);
    }

    @Override
    public Outcome giveBack(VmId vm, MigrationId migration, long epoch, String evidence) {
        return outcome("give_back(?, ?, ?, ?)", vm.value(), migration.value(), epoch, evidence);
    }

    @Override
    public Outcome recordResumed(VmId vm, MigrationId migration, long epoch, boolean pulling) {
        return outcome("record_resumed(?, ?, ?, ?)", vm.value(), migration.value(), epoch, pulling);
    }

    @Override
    public Outcome recordArrived(VmId vm, MigrationId migration, long epoch) {
        return outcome("record_arrived(?, ?, ?)", vm.value(), migration.value(), epoch);
    }

    @Override
    public Outcome requestCancel(MigrationId id) {
        return outcome("cancel_own(?)", id.value());
    }

    private static MigrationRecord record(Row row) throws SQLException {
        return new MigrationRecord(
                Records.task(row),
                row.json("definition", VmDefinition.class),
                MigrationState.of(row.text("state")),
                row.small("attempt"),
                row.whole("epoch"),
                row.flag("cancel_requested"),
                row.text("token"),
                row.text("destination_address"),
                row.textOrNull("reason"));
    }

    private static JournalEntry journalEntry(Row row) throws SQLException {
        return new JournalEntry(
                row.text("step"),
                row.small("attempt"),
                row.instant("intended_at"),
                row.instantOrNull("done_at"),
                row.instantOrNull("undone_at"),
                row.textOrNull("evidence"));
    }

    private Outcome outcome(String call, @Nullable Object... arguments) {
        return list(
                        "SELECT done, refusal FROM drover_api." + call,
                        row -> row.flag("done") ? Outcome.DONE : Outcome.refused(row.text("refusal")),
                        arguments)
                .getFirst();
    }

    private <T> List<T> list(String sql, Query.RowReader<T> reader, @Nullable Object... arguments) {
        return inTransaction(connection -> Query.of(connection, sql, arguments).list(reader));
    }

    private <T> T inTransaction(Database.Work<T> work) {
        try {
            return database.inTransaction(work);
        } catch (FencedException e) {
            fenced.accept(e);
            throw e;
        }
    }

    private void call(String sql, @Nullable Object... arguments) {
        list(sql, row -> sql, arguments);
    }
}
