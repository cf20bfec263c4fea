package io.drover.schema.scheduler;

import io.drover.schema.Database;
import io.drover.schema.scheduler.SchedulerStore.OutboxMessage;
import io.drover.schema.scheduler.SchedulerStore.OutboxPublisher;
import io.drover.schema.sql.Query;
import io.drover.schema.sql.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hands outbox rows to a publisher. The rows stay locked while they are published, so that no other scheduler takes
 * them; a crash in between publishes them again, and the consumer's inbox knows them.
 */
final class OutboxRows {
    private static final String TAKE = """
            SELECT id, exchange, routing_key, message_id, body
            FROM drover_api.take_outbox(?)
            """;

    private final Database database;

    OutboxRows(Database database) {
        this.database = database;
    }

    int relay(int limit, OutboxPublisher publisher) {
        Batch batch = database.inTransaction(connection -> publish(connection, limit, publisher));
        // Thrown only now: what was published before it must stay marked.
        if (batch.failure != null) {
            throw batch.failure;
        }
        return batch.sent;
    }

    private static Batch publish(Connection connection, int limit, OutboxPublisher publisher) throws SQLException {
        List<Taken> rows = Query.of(connection, TAKE, limit).list(Taken::read);
        int sent = 0;
        for (Taken row : rows) {
            boolean published;
            try {
                published = publisher.publish(row.message);
            } catch (RuntimeException e) {
                mark(connection, row, false);
                return new Batch(sent, e);
            }
            mark(connection, row, published);
            sent += published ? 1 : 0;
        }
        return new Batch(sent, null);
    }

    private static void mark(Connection connection, Taken row, boolean published) throws SQLException {
        Query.of(connection, "SELECT drover_api.mark_outbox(?, ?)", row.id, published)
                .run();
    }

    private record Taken(long id, OutboxMessage message) {
        static Taken read(Row row) throws SQLException {
            return new Taken(
                    row.whole("id"),
                    new OutboxMessage(
                            row.text("exchange"), row.text("routing_key"), row.text("message_id"), row.text("body")));
        }
    }

    private record Batch(int sent, @Nullable RuntimeException failure) {}
}
