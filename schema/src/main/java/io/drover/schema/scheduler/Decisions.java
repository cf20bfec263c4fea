package io.drover.schema.scheduler;

import io.drover.messages.DecisionId;
import io.drover.messages.MigrationId;
import io.drover.schema.scheduler.SchedulerStore.Decision;
import io.drover.schema.sql.Query;
import io.drover.schema.sql.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Stored decisions. */
final class Decisions {
    private static final String SELECT =
            "SELECT id, at, strategy, sentence, inputs, refused, moves, considered FROM drover_api.decisions ";

    private Decisions() {}

    static void store(Connection connection, Decision decision) throws SQLException {
        UUID[] moves = decision.moves().stream().map(MigrationId::value).toArray(UUID[]::new);
        Query.of(
                        connection,
                        "SELECT drover_api.store_decision(?, ?, ?, ?, ?, ?::json, ?, ?::json)",
                        decision.id().value(),
                        decision.at(),
                        decision.strategy(),
                        decision.sentence(),
                        decision.inputs(),
                        decision.refused(),
                        moves,
                        decision.considered())
                .run();
    }

    static List<Decision> newest(Connection connection, int limit) throws SQLException {
        return Query.of(connection, SELECT + "ORDER BY at DESC, id LIMIT ?", limit)
                .list(Decisions::decision);
    }

    static Optional<Decision> find(Connection connection, DecisionId id) throws SQLException {
        return Query.of(connection, SELECT + "WHERE id = ?", id.value()).first(Decisions::decision);
    }

    private static Decision decision(Row row) throws SQLException {
        return new Decision(
                new DecisionId(row.uuid("id")),
                row.instant("at"),
                row.text("strategy"),
                row.text("sentence"),
                row.text("inputs"),
                row.text("refused"),
                Arrays.stream(row.uuids("moves")).map(MigrationId::new).toList(),
                row.textOrNull("considered"));
    }
}
