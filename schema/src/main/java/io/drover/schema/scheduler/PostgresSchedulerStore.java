package io.drover.schema.scheduler;

import io.drover.messages.DecisionId;
import io.drover.messages.HostId;
import io.drover.messages.HostReport;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.json.DroverJson;
import io.drover.schema.Database;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.record.RejectedMessage;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.StoredPlan.PlannedMove;
import io.drover.schema.sql.Query;
import io.drover.schema.sql.Records;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A scheduler's store in PostgreSQL; {@code database} is logged in as {@code drover_scheduler}. */
public final class PostgresSchedulerStore implements SchedulerStore {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresSchedulerStore.class);
    private static final String VM_SELECT =
            "SELECT definition, owner_host, epoch, power, wanted_power, trouble, trouble_since FROM drover_api.vms ";

    private final Database database;

    public PostgresSchedulerStore(Database database) {
        this.database = database;
    }

    @Override
    public void ping() {
        database.inTransaction(connection -> Query.of(connection, "SELECT drover_api.scheduler_ping() AS writable")
                .single(row -> row.flag("writable")));
    }

    @Override
    public List<HostRow> hosts() {
        return database.inTransaction(Telemetry::hosts);
    }

    @Override
    public Optional<HostRow> host(HostId id) {
        return database.inTransaction(connection -> Telemetry.host(connection, id));
    }

    @Override
    public List<VmRecord> vms() {
        return list(VM_SELECT + "ORDER BY name", Records::vm);
    }

    @Override
    public Optional<VmRecord> vm(VmId id) {
        return database.inTransaction(connection -> known(connection, id));
    }

    @Override
    public Optional<VmRecord> vm(String idOrName) {
        // An id is preferred: a name may look like one.
        String sql = VM_SELECT + "WHERE id::text = ? OR name = ? ORDER BY (id::text = ?) DESC LIMIT 1";
        String id = idOrName.toLowerCase(Locale.ROOT);
        return list(sql, Records::vm, id, idOrName, id).stream().findFirst();
    }

    @Override
    public SubmitVmResult defineVm(VmDefinition definition, HostId owner) {
        return database.inTransaction(connection -> {
            String sql = "SELECT accepted, field, message FROM drover_api.define_vm(?::jsonb, ?)";
            Optional<SubmitVmResult> refused = Query.of(
                            connection, sql, DroverJson.mapper().writeValueAsString(definition), owner)
                    .single(row -> row.flag("accepted")
                            ? Optional.empty()
                            : Optional.of(new SubmitVmResult.Refused(row.text("field"), row.text("message"))));
            return refused.isPresent()
                    ? refused.get()
                    : new SubmitVmResult.Defined(
                            known(connection, definition.id()).orElseThrow());
        });
    }

    @Override
    public Optional<VmRecord> wantPower(VmId vm, VmRecord.Power power) {
        return database.inTransaction(connection -> {
            Query.of(connection, "SELECT drover_api.want_power(?, ?)", vm.value(), Records.name(power))
                    .run();
            return known(connection, vm);
        });
    }

    @Override
    public List<LinkLimit> linkLimits() {
        String sql = """
            SELECT host, link_bytes_per_second, limit_bytes_per_second FROM drover_api.link_limits ORDER BY host
            """;
        return list(sql, row -> {
            long limit = row.whole("limit_bytes_per_second");
            return new LinkLimit(row.host("host"), row.whole("link_bytes_per_second"), limit == 0 ? null : limit);
        });
    }

    @Override
    public boolean limitLink(HostId host, @Nullable Long bytesPerSecond, String requestedBy) {
        return database.inTransaction(connection -> Query.of(
                        connection,
                        "SELECT drover_api.limit_link(?, ?::bigint, ?) AS known",
                        host,
                        bytesPerSecond,
                        requestedBy)
                .single(row -> row.flag("known")));
    }

    @Override
    public Optional<WantedMode> wantedMode() {
        return database.inTransaction(PlanRows::mode);
    }

    @Override
    public void wantMode(@Nullable String mode, String requestedBy) {
        list("SELECT drover_api.set_balancer_mode(?, ?)", row -> requestedBy, mode, requestedBy);
    }

    @Override
    public void propose(Decision decision, StoredPlan.State state, List<PlannedMove> moves, Instant expiresAt) {
        database.inTransaction(connection -> {
            Decisions.store(connection, decision);
            PlanRows.store(connection, decision.id(), state, moves, expiresAt);
            return true;
        });
    }

    @Override
    public List<StoredPlan> plans(int limit) {
        return database.inTransaction(connection -> PlanRows.newest(connection, limit));
    }

    @Override
    public Optional<StoredPlan> plan(DecisionId id) {
        return database.inTransaction(connection -> PlanRows.find(connection, id));
    }

    @Override
    public Optional<List<SubmitResult>> approve(DecisionId id, List<List<MigrationTask>> bundles, String requestedBy) {
        return database.inTransaction(connection -> PlanRows.approve(connection, id, bundles, requestedBy));
    }

    @Override
    public boolean reject(DecisionId id, String requestedBy) {
        return database.inTransaction(connection -> PlanRows.reject(connection, id, requestedBy));
    }

    @Override
    public boolean withdraw(DecisionId id, String requestedBy) {
        return database.inTransaction(connection -> PlanRows.withdraw(connection, id, requestedBy));
    }

    @Override
    public Optional<String> takeOver(HostId host, String requestedBy, String reason) {
        return list(
                        "SELECT drover_api.takeover_host(?, ?, ?) AS taken_from",
                        row -> Optional.ofNullable(row.textOrNull("taken_from")),
                        host,
                        requestedBy,
                        reason)
                .getFirst();
    }

    @Override
    public Labels labels() {
        return database.inTransaction(LabelRows::all);
    }

    @Override
    public boolean relabel(HostId host, Map<String, String> expected, Map<String, String> labels) {
        return database.inTransaction(connection -> LabelRows.relabel(connection, host, expected, labels));
    }

    @Override
    public boolean relabel(VmId vm, Labels expected, Map<String, String> labels) {
        return database.inTransaction(connection -> LabelRows.relabel(connection, vm, expected, labels));
    }

    @Override
    public void storeReport(HostReport report) {
        boolean stored = database.inTransaction(connection -> Telemetry.store(connection, report));
        if (!stored) {
            LOG.warn(
                    "report of host {} ignored: its time {} is too far from the database's",
                    report.host(),
                    report.at());
        }
    }

    @Override
    public List<HostReport> reports(Instant since) {
        return list(
                "SELECT report FROM drover_api.reports WHERE at > ? ORDER BY host, at",
                row -> row.json("report", HostReport.class),
                since);
    }

    @Override
    public SubmitResult submit(MigrationTask task, String requestedBy, @Nullable DecisionId decision) {
        UUID decisionId = decision == null ? null : decision.value();
        return database.inTransaction(connection -> Records.submit(connection, task, requestedBy, decisionId));
    }

    @Override
    public SubmitResult submitForced(MigrationTask task, MigrationOverride override) {
        return database.inTransaction(connection -> {
            SubmitResult result = Records.submit(connection, task, override.by(), null);
            if (result instanceof SubmitResult.Submitted) {
                MigrationViews.override(connection, task.id(), override);
            }
            return result;
        });
    }

    @Override
    public List<SubmitResult> submitTogether(
            List<MigrationTask> tasks, String requestedBy, @Nullable DecisionId decision) {
        UUID decisionId = decision == null ? null : decision.value();
        return database.inTransaction(connection -> Records.submitTogether(connection, tasks, requestedBy, decisionId));
    }

    @Override
    public CancelResult requestCancel(MigrationId id, String requestedBy) {
        return database.inTransaction(connection -> Query.of(
                        connection, "SELECT drover_api.request_cancel(?, ?) AS result", id.value(), requestedBy)
                .single(row -> CancelResult.valueOf(row.text("result").toUpperCase(Locale.ROOT))));
    }

    @Override
    public List<MigrationView> migrations(boolean openOnly, int limit) {
        return database.inTransaction(connection -> MigrationViews.newest(connection, openOnly, limit));
    }

    @Override
    public List<MigrationView> endedSince(Instant since) {
        return database.inTransaction(connection -> MigrationViews.endedSince(connection, since));
    }

    @Override
    public Optional<MigrationDetail> migration(MigrationId id) {
        return database.inTransaction(connection -> MigrationViews.detail(connection, id));
    }

    @Override
    public List<MigrationView> expiredLeases() {
        return database.inTransaction(MigrationViews::expired);
    }

    @Override
    public void storeDecision(Decision decision) {
        database.inTransaction(connection -> {
            Decisions.store(connection, decision);
            return true;
        });
    }

    @Override
    public List<Decision> decisions(int limit) {
        return database.inTransaction(connection -> Decisions.newest(connection, limit));
    }

    @Override
    public Optional<Decision> decision(DecisionId id) {
        return database.inTransaction(connection -> Decisions.find(connection, id));
    }

    @Override
    public int relayOutbox(int limit, OutboxPublisher publisher) {
        return new OutboxRows(database).relay(limit, publisher);
    }

    @Override
    public void recordRejected(RejectedMessage message) {
        database.inTransaction(connection -> {
            Records.recordRejected(connection, message);
            return true;
        });
    }

    @Override
    public List<MigrationId> repostQueued(Duration age) {
        return list(
                "SELECT id FROM drover_api.repost_queued(make_interval(secs => ?)) AS r (id)",
                row -> new MigrationId(row.uuid("id")),
                age);
    }

    @Override
    public FleetStatistics statistics() {
        return database.inTransaction(StatisticsRows::read);
    }

    @Override
    public void retain(Instant now) {
        List<String> parts = list("SELECT part FROM drover_api.retention_parts() AS r (part)", row -> row.text("part"));
        RuntimeException failed = null;
        for (String part : parts) {
            try {
                list("SELECT drover_api.retain(?, ?)", row -> now, part, now);
            } catch (StoreUnavailableException | IllegalStateException e) {
                LOG.warn("retention of {} failed, the other parts go on: {}", part, e.getMessage());
                if (failed == null) {
                    failed = e;
                } else {
                    failed.addSuppressed(e);
                }
            }
        }
        if (failed != null) {
            throw failed;
        }
    }

    @Override
    public List<HostId> endHungTransactions(Duration age) {
        return list(
                "SELECT host FROM drover_api.end_hung_transactions(make_interval(secs => ?)) AS e (host)",
                row -> row.host("host"),
                age);
    }

    private static Optional<VmRecord> known(Connection connection, VmId vm) throws SQLException {
        return Query.of(connection, VM_SELECT + "WHERE id = ?", vm.value()).first(Records::vm);
    }

    private <T> List<T> list(String sql, Query.RowReader<T> reader, @Nullable Object... arguments) {
        return database.inTransaction(
                connection -> Query.of(connection, sql, arguments).list(reader));
    }
}
