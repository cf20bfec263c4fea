package io.drover.schema.memory;

import io.drover.messages.MigrationId;
import io.drover.messages.bus.Routing;
import io.drover.schema.scheduler.SchedulerStore.OutboxMessage;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A message to be published. */
public final class OutboxRow {
    final long id;
    final String routingKey;
    final String messageId;
    final String body;
    final @Nullable MigrationId migration;
    final Instant createdAt;
    int tries;

    @Nullable
    Instant sentAt;
    /** A relay is at it. */
    boolean locked;

    OutboxRow(
            long id,
            String routingKey,
            String messageId,
            String body,
            @Nullable MigrationId migration,
            Instant createdAt) {
        this.id = id;
        this.routingKey = routingKey;
        this.messageId = messageId;
        this.body = body;
        this.migration = migration;
        this.createdAt = createdAt;
    }

    public String messageId() {
        return messageId;
    }

    /** Whose {@code migrate} cast it is; null: it is none. */
    public @Nullable MigrationId migration() {
        return migration;
    }

    /** Whether it was handed to the broker. */
    public boolean sent() {
        return sentAt != null;
    }

    OutboxMessage message() {
        return new OutboxMessage(Routing.EXCHANGE, routingKey, messageId, body);
    }

    OutboxRow copy() {
        var copy = new OutboxRow(id, routingKey, messageId, body, migration, createdAt);
        copy.tries = tries;
        copy.sentAt = sentAt;
        return copy;
    }
}
