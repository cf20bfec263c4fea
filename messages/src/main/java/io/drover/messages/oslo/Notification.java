package io.drover.messages.oslo;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Something that happened, for whoever listens.
 *
 * @param messageId a UUID
 * @param publisherId {@code service.host}
 * @param eventType for example {@code migration.completed}
 * @param priority {@code AUDIT}, {@code DEBUG}, {@code INFO}, {@code WARN}, {@code ERROR}, {@code CRITICAL} or
 *     {@code SAMPLE}; its lower-case form ends the routing key
 * @param timestamp as oslo.messaging writes it: UTC, {@code 2026-11-22 15:52:15.549057}
 */
public record Notification(
        String messageId,
        String publisherId,
        String eventType,
        String priority,
        ObjectNode payload,
        String timestamp,
        String uniqueId,
        ObjectNode context) {

    /** With an empty context. */
    public static Notification of(
            String messageId, String publisherId, String eventType, String priority, ObjectNode payload, String at) {
        ObjectNode context = JsonNodeFactory.instance.objectNode();
        return new Notification(messageId, publisherId, eventType, priority, payload, at, messageId, context);
    }
}
