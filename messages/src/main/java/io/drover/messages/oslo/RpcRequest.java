package io.drover.messages.oslo;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A cast or a call.
 *
 * @param args what the method is called with; {@code nova_object.data} is already unwrapped
 * @param version of the method's interface, {@code major.minor}; {@code 1.0} where the sender left it out
 * @param replyTo where the answer goes; null for a cast
 * @param uniqueId tells a repeated message from a second one; unique per sender
 * @param context the request's context without the {@code _context_} prefix
 */
public record RpcRequest(
        String method,
        ObjectNode args,
        String version,
        @Nullable String namespace,
        @Nullable ReplyTo replyTo,
        String uniqueId,
        ObjectNode context) {

    /** A cast in the default namespace with an empty context. */
    public static RpcRequest cast(String method, ObjectNode args, String version, String uniqueId) {
        return new RpcRequest(method, args, version, null, null, uniqueId, JsonNodeFactory.instance.objectNode());
    }

    /**
     * Where the answer of a call goes.
     *
     * @param messageId names the call within its reply queue
     * @param queue reply queue, reached over the default exchange
     * @param monitorSeconds the caller takes the server for dead after this time without a heartbeat; null: it does not
     *     watch, and a heartbeat would break it
     */
    public record ReplyTo(
            String messageId, String queue, @Nullable Double monitorSeconds) {}
}
