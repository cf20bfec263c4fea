package io.drover.worker.sim.control;

import io.drover.messages.DecisionId;
import io.drover.messages.HostId;
import io.drover.messages.HostReport;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.command.CommandCodec;
import io.drover.messages.command.WorkerCommand;
import io.drover.messages.oslo.OsloCodec;
import io.drover.schema.scheduler.SchedulerStore.Decision;
import io.drover.schema.scheduler.SchedulerStore.OutboxMessage;
import io.drover.worker.sim.control.SimDatabase.MigrationRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the schedulers alone keep in the database: outbox, decisions, telemetry. */
public final class SimTables {
    private static final Duration REPORTS_KEPT = Duration.ofMinutes(1);

    private final SimDatabase database;
    private final List<OutboxRow> outbox = new ArrayList<>();
    final Map<DecisionId, Decision> decisions = new LinkedHashMap<>();
    final List<HostReport> reports = new ArrayList<>();

    public SimTables(SimFleet fleet) {
        this.database = fleet.database();
    }

    /** A message to be published. */
    static final class OutboxRow {
        final long id;
        final String routingKey;
        final String body;
        final @Nullable MigrationId migration;
        final Instant postedAt;
        int tries;
        boolean sent;
        boolean locked;
        boolean offered;

        OutboxRow(long id, String routingKey, String body, @Nullable MigrationId migration, Instant postedAt) {
            this.id = id;
            this.routingKey = routingKey;
            this.body = body;
            this.migration = migration;
            this.postedAt = postedAt;
        }

        OutboxMessage message() {
            return new OutboxMessage("drover", routingKey, messageId(), body, tries);
        }

        String messageId() {
            return "message-" + id;
        }
    }

    /** A migration as a scenario judges it; {@code messages} are those that were posted for it. */
    public record Posted(
            MigrationTask task,
            String requestedBy,
            Instant createdAt,
            @Nullable Instant endedAt,
            boolean completed,
            @Nullable Decision decision,
            List<String> messages) {}

    /** Every migration, oldest first. */
    public List<Posted> migrations() {
        return database.migrations.values().stream().map(this::posted).toList();
    }

    private Posted posted(MigrationRow row) {
        MigrationId id = row.task.id();
        boolean completed = row.state == MigrationState.COMPLETED;
        List<String> messages = outbox.stream()
                .filter(message -> id.equals(message.migration))
                .map(OutboxRow::messageId)
                .toList();
        @Nullable Decision decision = row.decision == null ? null : decisions.get(row.decision);
        return new Posted(row.task, row.requestedBy, row.createdAt, row.endedAt, completed, decision, messages);
    }

    /** Newest first. */
    public List<Decision> decisions() {
        return decisions.values().stream()
                .sorted(Comparator.comparing(Decision::at).reversed())
                .toList();
    }

    /** When the last migration ended. */
    public Optional<Instant> lastEnd() {
        return database.migrations.values().stream()
                .flatMap(row -> Optional.ofNullable(row.endedAt).stream())
                .max(Comparator.naturalOrder());
    }

    /** Whether every message has been handed to the broker. */
    public boolean allSent() {
        return outbox.stream().allMatch(row -> row.sent);
    }

    /** Whether there is a message that was committed and that no scheduler has begun to publish. */
    public boolean somethingCommittedOnly() {
        return outbox.stream().anyMatch(row -> !row.offered);
    }

    void postMigrate(MigrationRow row) {
        post(row.task.source(), new WorkerCommand.Migrate(row.task), row.task.id());
    }

    void postCancel(MigrationRow row) {
        post(row.task.source(), new WorkerCommand.Cancel(row.task.id()), null);
    }

    private void post(HostId host, WorkerCommand command, @Nullable MigrationId migration) {
        long id = outbox.size() + 1L;
        String body = OsloCodec.encode(CommandCodec.cast(command, "message-" + id));
        outbox.add(new OutboxRow(id, "drover_worker." + host, body, migration, database.at()));
    }

    /** As {@code take_outbox}: locked until {@link #release}. */
    List<OutboxRow> take(int limit) {
        List<OutboxRow> rows = outbox.stream()
                .filter(row -> !row.sent && !row.locked)
                .sorted(Comparator.comparingInt((OutboxRow row) -> row.tries).thenComparingLong(row -> row.id))
                .limit(limit)
                .toList();
        rows.forEach(row -> row.locked = true);
        return rows;
    }

    void release(List<OutboxRow> rows) {
        rows.forEach(row -> row.locked = false);
    }

    /** As {@code repost_queued}. */
    List<MigrationId> repostQueued(Duration age) {
        Instant before = database.at().minus(age);
        List<MigrationRow> forgotten = database.migrations.values().stream()
                .filter(row -> row.state == MigrationState.QUEUED && postedAllBefore(row, before))
                .toList();
        forgotten.forEach(this::postMigrate);
        return forgotten.stream().map(row -> row.task.id()).toList();
    }

    private boolean postedAllBefore(MigrationRow row, Instant before) {
        return outbox.stream()
                .filter(message -> row.task.id().equals(message.migration))
                .allMatch(message -> message.sent && !message.postedAt.isAfter(before));
    }

    void store(HostReport report) {
        reports.removeIf(old -> old.at().isBefore(report.at().minus(REPORTS_KEPT)));
        // A row is known by host and time.
        reports.removeIf(old -> old.host().equals(report.host()) && old.at().equals(report.at()));
        reports.add(report);
    }
}
