package io.drover.schema.scheduler;

import io.drover.messages.DecisionId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.json.DroverJson;
import io.drover.schema.scheduler.SchedulerStore.MigrationDetail;
import io.drover.schema.scheduler.SchedulerStore.MigrationView;
import io.drover.schema.scheduler.SchedulerStore.Step;
import io.drover.schema.scheduler.SchedulerStore.Transition;
import io.drover.schema.sql.Query;
import io.drover.schema.sql.Records;
import io.drover.schema.sql.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Migrations as people and the scheduler see them. */
final class MigrationViews {
    private static final String SELECT = """
        SELECT id, vm, source, destination, algorithm, disk_algorithms, deadline, task_reason,
            allow_pull, base_images, verify,
            vm_name, state, attempt, cancel_requested, step, round, bytes_done, bytes_total, bytes_per_second,
            seconds_to_finish, dirty_bytes_per_second, seconds_to_finish_most, created_at, ended_at, lease_until, reason, decision,
            trouble, trouble_since
        FROM drover_api.migrations
        """;
    private static final String TRANSITIONS = """
        SELECT from_state, to_state, at, attempt, actor, reason
        FROM drover_api.migration_transitions
        WHERE migration = ?
        ORDER BY id
        """;
    private static final String STEPS = """
        SELECT step, attempt, intended_at, done_at, undone_at, evidence
        FROM drover_api.migration_steps
        WHERE migration = ?
        ORDER BY id
        """;

    private static final String OVERRIDE = """
        SELECT requested_by, reason, rules
        FROM drover_api.migration_overrides
        WHERE migration = ?
        """;

    private MigrationViews() {}

    static List<MigrationView> newest(Connection connection, boolean openOnly, int limit) throws SQLException {
        String sql = SELECT + "WHERE NOT (? AND terminal) ORDER BY created_at DESC, id LIMIT ?";
        return Query.of(connection, sql, openOnly, limit).list(MigrationViews::view);
    }

    static List<MigrationView> endedSince(Connection connection, Instant since) throws SQLException {
        return Query.of(connection, SELECT + "WHERE ended_at > ?", since).list(MigrationViews::view);
    }

    static List<MigrationView> expired(Connection connection) throws SQLException {
        return Query.of(connection, SELECT + "WHERE NOT terminal AND lease_expired ORDER BY lease_until")
                .list(MigrationViews::view);
    }

    static Optional<MigrationDetail> detail(Connection connection, MigrationId id) throws SQLException {
        Optional<MigrationView> view =
                Query.of(connection, SELECT + "WHERE id = ?", id.value()).first(MigrationViews::view);
        if (view.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new MigrationDetail(
                view.get(),
                Query.of(connection, TRANSITIONS, id.value()).list(MigrationViews::transition),
                Query.of(connection, STEPS, id.value()).list(MigrationViews::step),
                Query.of(connection, OVERRIDE, id.value())
                        .first(MigrationViews::override)
                        .orElse(null)));
    }

    static void override(Connection connection, MigrationId id, MigrationOverride override) throws SQLException {
        Query.of(
                        connection,
                        "SELECT drover_api.record_override(?, ?, ?, ?::jsonb)",
                        id.value(),
                        override.by(),
                        override.reason(),
                        DroverJson.mapper().writeValueAsString(override.rules()))
                .run();
    }

    private static MigrationOverride override(Row row) throws SQLException {
        return new MigrationOverride(
                row.text("requested_by"), row.text("reason"), List.of(row.json("rules", String[].class)));
    }

    private static MigrationView view(Row row) throws SQLException {
        return new MigrationView(
                Records.task(row),
                row.text("vm_name"),
                MigrationState.of(row.text("state")),
                row.small("attempt"),
                row.flag("cancel_requested"),
                row.text("step"),
                row.small("round"),
                row.whole("bytes_done"),
                row.whole("bytes_total"),
                row.real("bytes_per_second"),
                duration(row.realOrNull("seconds_to_finish")),
                row.instant("created_at"),
                row.instantOrNull("ended_at"),
                row.instantOrNull("lease_until"),
                row.textOrNull("reason"),
                row.real("dirty_bytes_per_second"),
                duration(row.realOrNull("seconds_to_finish_most")),
                decision(row.uuidOrNull("decision")),
                Records.trouble(row));
    }

    private static @Nullable DecisionId decision(@Nullable UUID id) {
        return id == null ? null : new DecisionId(id);
    }

    private static @Nullable Duration duration(@Nullable Double seconds) {
        return seconds == null ? null : Duration.ofMillis(Math.round(seconds * 1000));
    }

    private static Transition transition(Row row) throws SQLException {
        String from = row.textOrNull("from_state");
        return new Transition(
                from == null ? null : MigrationState.of(from),
                MigrationState.of(row.text("to_state")),
                row.instant("at"),
                row.small("attempt"),
                row.text("actor"),
                row.textOrNull("reason"));
    }

    private static Step step(Row row) throws SQLException {
        return new Step(
                row.text("step"),
                row.small("attempt"),
                row.instant("intended_at"),
                row.instantOrNull("done_at"),
                row.instantOrNull("undone_at"),
                row.textOrNull("evidence"));
    }
}
