package io.drover.schema.scheduler;

import io.drover.messages.DecisionId;
import io.drover.messages.MigrationTask;
import io.drover.messages.json.DroverJson;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.scheduler.PlanStore.WantedMode;
import io.drover.schema.scheduler.StoredPlan.PlannedMove;
import io.drover.schema.sql.Query;
import io.drover.schema.sql.Records;
import io.drover.schema.sql.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** The balancer's mode and its plans. */
final class PlanRows {
    private static final String SELECT =
            "SELECT decision, at, sentence, state, moves, expires_at, closed_by, closed_at FROM drover_api.plans ";

    private PlanRows() {}

    static Optional<WantedMode> mode(Connection connection) throws SQLException {
        return Query.of(connection, "SELECT mode, set_by, set_at FROM drover_api.balancer_mode")
                .first(row -> new WantedMode(row.text("mode"), row.text("set_by"), row.instant("set_at")));
    }

    static void store(
            Connection connection,
            DecisionId decision,
            StoredPlan.State state,
            List<PlannedMove> moves,
            Instant expiresAt)
            throws SQLException {
        Query.of(
                        connection,
                        "SELECT drover_api.store_plan(?, ?, ?::json, ?)",
                        decision.value(),
                        state.name().toLowerCase(Locale.ROOT),
                        DroverJson.mapper().writeValueAsString(moves),
                        expiresAt)
                .run();
    }

    static List<StoredPlan> newest(Connection connection, int limit) throws SQLException {
        return Query.of(connection, SELECT + "ORDER BY at DESC, decision LIMIT ?", limit)
                .list(PlanRows::plan);
    }

    static Optional<StoredPlan> find(Connection connection, DecisionId id) throws SQLException {
        return Query.of(connection, SELECT + "WHERE decision = ?", id.value()).first(PlanRows::plan);
    }

    static Optional<List<SubmitResult>> approve(
            Connection connection, DecisionId id, List<List<MigrationTask>> bundles, String requestedBy)
            throws SQLException {
        List<MigrationTask> tasks = bundles.stream().flatMap(List::stream).toList();
        if (!close(connection, id, StoredPlan.State.APPROVED, requestedBy, tasks)) {
            return Optional.empty();
        }
        var results = new ArrayList<SubmitResult>();
        for (List<MigrationTask> bundle : bundles) {
            results.addAll(Records.submitTogether(connection, bundle, requestedBy, id.value()));
        }
        return Optional.of(results);
    }

    static boolean reject(Connection connection, DecisionId id, String requestedBy) throws SQLException {
        return close(connection, id, StoredPlan.State.REJECTED, requestedBy, List.of());
    }

    static boolean withdraw(Connection connection, DecisionId id, String requestedBy) throws SQLException {
        return close(connection, id, StoredPlan.State.SUPERSEDED, requestedBy, List.of());
    }

    private static boolean close(
            Connection connection, DecisionId id, StoredPlan.State state, String by, List<MigrationTask> tasks)
            throws SQLException {
        return Query.of(
                        connection,
                        "SELECT drover_api.close_plan(?, ?, ?, ?) AS done",
                        id.value(),
                        state.name().toLowerCase(Locale.ROOT),
                        by,
                        tasks.stream().map(task -> task.id().value()).toArray(UUID[]::new))
                .single(row -> row.flag("done"));
    }

    private static StoredPlan plan(Row row) throws SQLException {
        return new StoredPlan(
                new DecisionId(row.uuid("decision")),
                row.instant("at"),
                row.text("sentence"),
                StoredPlan.State.valueOf(row.text("state").toUpperCase(Locale.ROOT)),
                List.of(row.json("moves", PlannedMove[].class)),
                row.instant("expires_at"),
                row.textOrNull("closed_by"),
                row.instantOrNull("closed_at"));
    }
}
