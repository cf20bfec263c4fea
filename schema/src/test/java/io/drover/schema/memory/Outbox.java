package io.drover.schema.memory;

import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.bus.Routing;
import io.drover.messages.command.CommandCodec;
import io.drover.messages.command.WorkerCommand;
import io.drover.messages.json.DroverJson;
import io.drover.messages.oslo.Notification;
import io.drover.messages.oslo.OsloCodec;
import io.drover.schema.scheduler.SchedulerStore.OutboxPublisher;
import io.drover.schema.scheduler.SchedulerStore.Transition;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Messages that were committed and wait for a relay. */
public final class Outbox {
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);
    private static final int REASON_MAX = 1000;

    private final MemoryDatabase database;

    Outbox(MemoryDatabase database) {
        this.database = database;
    }

    /** Oldest first. */
    public List<OutboxRow> rows() {
        return database.transaction(() -> List.copyOf(database.tables().outbox));
    }

    void postMigrate(MigrationRow row) {
        post(row.task.source(), new WorkerCommand.Migrate(row.task), row.task.id());
    }

    void post(HostId host, WorkerCommand command, @Nullable MigrationId migration) {
        String messageId = nextId();
        add(Routing.worker(host), messageId, OsloCodec.encode(CommandCodec.cast(command, messageId)), migration);
    }

    /** Lets a transition out as a notification. {@code publisher}: {@code scheduler} or a host. */
    void announce(MigrationRow row, String vmName, Transition done, String publisher) {
        String priority = Routing.priority(done.to());
        String messageId = nextId();
        String at = TIMESTAMP.format(done.at());
        var notification = new Notification(
                new UUID(0, database.tables().outboxIds).toString(),
                "drover." + publisher,
                "migration." + done.to().wireName(),
                priority,
                payload(row, vmName, done),
                at,
                messageId,
                DroverJson.mapper().createObjectNode());
        add("notifications." + priority.toLowerCase(Locale.ROOT), messageId, OsloCodec.encode(notification), null);
    }

    private static ObjectNode payload(MigrationRow row, String vmName, Transition done) {
        ObjectNode payload = DroverJson.mapper().createObjectNode();
        payload.put("migration_id", row.task.id().toString())
                .put("vm_id", row.task.vm().toString())
                .put("vm_name", vmName)
                .put("source", row.task.source().value())
                .put("destination", row.task.destination().value())
                .put("state", done.to().wireName())
                .put("attempt", done.attempt())
                .put("at", done.at().toString());
        if (done.from() != null) {
            payload.put("previous_state", done.from().wireName());
        }
        String reason = done.reason();
        if (reason != null) {
            payload.put("reason", reason.substring(0, Math.min(REASON_MAX, reason.length())));
        }
        return payload;
    }

    private String nextId() {
        return "%032x".formatted(++database.tables().outboxIds);
    }

    private void add(String routingKey, String messageId, String body, @Nullable MigrationId migration) {
        Tables tables = database.tables();
        tables.outbox.add(new OutboxRow(tables.outboxIds, routingKey, messageId, body, migration, database.at()));
    }

    boolean unsent(MigrationId migration) {
        return database.tables().outbox.stream().anyMatch(row -> migration.equals(row.migration) && !row.sent());
    }

    /**
     * As {@link io.drover.schema.scheduler.SchedulerStore#relayOutbox}: the rows are locked while they are published,
     * and marked at the end of the transaction.
     *
     * @param commit ends the transaction; what it throws leaves the rows as they were
     */
    public int relay(int limit, OutboxPublisher publisher, Runnable commit) {
        List<OutboxRow> rows = database.transaction(() -> take(limit));
        try {
            var sentByRow = new LinkedHashMap<OutboxRow, Boolean>();
            RuntimeException failure = publish(rows, publisher, sentByRow);
            commit.run();
            int sent = database.transaction(() -> mark(sentByRow, database.at()));
            if (failure != null) {
                throw failure;
            }
            return sent;
        } finally {
            rows.forEach(row -> row.locked = false);
        }
    }

    private List<OutboxRow> take(int limit) {
        List<OutboxRow> rows = database.tables().outbox.stream()
                .filter(row -> !row.sent() && !row.locked)
                .sorted(Comparator.comparingInt((OutboxRow row) -> row.tries).thenComparingLong(row -> row.id))
                .limit(limit)
                .toList();
        rows.forEach(row -> row.locked = true);
        return rows;
    }

    /** What ends it is thrown later: what was published before must stay marked. */
    private static @Nullable RuntimeException publish(
            List<OutboxRow> rows, OutboxPublisher publisher, Map<OutboxRow, Boolean> sentByRow) {
        for (OutboxRow row : rows) {
            try {
                sentByRow.put(row, publisher.publish(row.message()));
            } catch (RuntimeException e) {
                sentByRow.put(row, false);
                return e;
            }
        }
        return null;
    }

    private static int mark(Map<OutboxRow, Boolean> sentByRow, Instant at) {
        sentByRow.forEach((row, sent) -> {
            row.tries++;
            row.sentAt = sent ? at : null;
        });
        return (int) sentByRow.values().stream().filter(sent -> sent).count();
    }
}
