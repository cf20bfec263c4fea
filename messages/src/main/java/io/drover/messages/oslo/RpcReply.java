package io.drover.messages.oslo;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The answer of a call.
 *
 * @param messageId the request's {@code _msg_id}
 * @param result what the method returned; JSON null with a failure and with a heartbeat
 * @param failure why it failed, or null
 * @param ending false only for a heartbeat: the server still works on it
 * @param uniqueId of the reply itself
 */
public record RpcReply(
        String messageId, JsonNode result, @Nullable RpcFailure failure, boolean ending, String uniqueId) {}
