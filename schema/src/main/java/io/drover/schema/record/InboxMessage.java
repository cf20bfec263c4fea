package io.drover.schema.record;

/**
 * A message that was taken over into the database.
 *
 * @param messageId unique per publisher: oslo's {@code _unique_id}
 * @param method the RPC method
 * @param body the inner message, JSON
 */
public record InboxMessage(String messageId, String method, String body) {}
