package io.drover.messages.oslo;

import io.drover.messages.InvalidMessageException;
import io.drover.messages.json.DroverJson;
import io.drover.messages.text.Shown;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes and reads the envelope of oslo.messaging 2.0: an outer object with the inner message as a JSON string
 * ({@code oslo_messaging/_drivers/common.py: serialize_msg}). A body without the envelope is read as the inner message
 * itself, as the notification driver {@code messaging} sends it. At most 1 MiB and 32 levels.
 */
public final class OsloCodec {
    private static final RpcVersion ENVELOPE = new RpcVersion(2, 0);
    private static final String VERSION_KEY = "oslo.version";
    private static final String MESSAGE_KEY = "oslo.message";
    private static final String CONTEXT_PREFIX = "_context_";

    private OsloCodec() {}

    public static String encode(RpcRequest request) {
        return envelope(inner(request));
    }

    /** The inner message alone, as it is kept in the inbox. */
    public static String innerText(RpcRequest request) {
        return DroverJson.mapper().writeValueAsString(inner(request));
    }

    private static ObjectNode inner(RpcRequest request) {
        ObjectNode inner = JsonNodeFactory.instance.objectNode();
        inner.put("method", request.method()).set("args", request.args());
        inner.put("version", request.version());
        if (request.namespace() != null) {
            inner.put("namespace", request.namespace());
        }
        RpcRequest.ReplyTo replyTo = request.replyTo();
        if (replyTo != null) {
            inner.put("_msg_id", replyTo.messageId())
                    .put("_reply_q", replyTo.queue())
                    .put("_timeout", replyTo.monitorSeconds());
        }
        inner.put("_unique_id", request.uniqueId());
        addContext(inner, request.context());
        return inner;
    }

    public static String encode(RpcReply reply) {
        ObjectNode inner = JsonNodeFactory.instance.objectNode();
        inner.set("result", reply.result());
        RpcFailure failure = reply.failure();
        inner.set("failure", failure == null ? NullNode.getInstance() : inner.stringNode(text(failure)));
        inner.put("ending", reply.ending()).put("_msg_id", reply.messageId()).put("_unique_id", reply.uniqueId());
        return envelope(inner);
    }

    private static String text(RpcFailure failure) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("class", failure.className())
                .put("module", failure.module())
                .put("message", failure.message())
                .set("tb", strings(failure.traceback()));
        object.set("args", strings(failure.args()));
        object.putObject("kwargs");
        return DroverJson.mapper().writeValueAsString(object);
    }

    private static ArrayNode strings(List<String> texts) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        texts.forEach(array::add);
        return array;
    }

    public static String encode(Notification notification) {
        ObjectNode inner = JsonNodeFactory.instance.objectNode();
        inner.put("message_id", notification.messageId())
                .put("publisher_id", notification.publisherId())
                .put("event_type", notification.eventType())
                .put("priority", notification.priority())
                .set("payload", notification.payload());
        inner.put("timestamp", notification.timestamp()).put("_unique_id", notification.uniqueId());
        addContext(inner, notification.context());
        return envelope(inner);
    }

    public static RpcRequest decodeRequest(byte[] body) throws InvalidMessageException {
        ObjectNode inner = unwrap(body);
        var fields = new OsloFields(inner);
        String version = fields.optionalText("version");
        if (version != null) {
            RpcVersion.parse("version", version);
        }
        RpcRequest.ReplyTo replyTo = replyTo(fields);
        String uniqueId = fields.optionalText("_unique_id");
        if (uniqueId == null && replyTo == null) {
            throw new InvalidMessageException("_unique_id", "missing");
        }
        return new RpcRequest(
                fields.text("method"),
                NovaObjects.unwrap(fields.object("args")),
                version == null ? "1.0" : version,
                fields.optionalText("namespace"),
                replyTo,
                uniqueId == null ? fields.text("_msg_id") : uniqueId,
                context(inner));
    }

    private static RpcRequest.@Nullable ReplyTo replyTo(OsloFields fields) throws InvalidMessageException {
        String messageId = fields.optionalText("_msg_id");
        String queue = fields.optionalText("_reply_q");
        if (messageId == null && queue == null) {
            return null;
        }
        if (messageId == null || queue == null) {
            throw new InvalidMessageException(
                    messageId == null ? "_msg_id" : "_reply_q", "missing: a call needs both _msg_id and _reply_q");
        }
        return new RpcRequest.ReplyTo(messageId, queue, fields.optionalSeconds("_timeout"));
    }

    public static RpcReply decodeReply(byte[] body) throws InvalidMessageException {
        ObjectNode inner = unwrap(body);
        var fields = new OsloFields(inner);
        JsonNode result = inner.get("result");
        JsonNode ending = inner.get("ending");
        String messageId = fields.text("_msg_id");
        String uniqueId = fields.optionalText("_unique_id");
        return new RpcReply(
                messageId,
                result == null ? NullNode.getInstance() : result,
                failure(inner.get("failure")),
                ending == null || ending.asBoolean(true),
                uniqueId == null ? messageId : uniqueId);
    }

    private static @Nullable RpcFailure failure(@Nullable JsonNode node) throws InvalidMessageException {
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isString()) {
            throw new InvalidMessageException("failure", "must be a string that holds JSON");
        }
        ObjectNode object = DroverJson.object("failure", node.stringValue());
        return new RpcFailure(
                object.path("class").asString("Exception"),
                object.path("module").asString("builtins"),
                object.path("message").asString(""),
                texts(object.path("tb")),
                texts(object.path("args")));
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream()
                .map(node -> node.isString() ? node.stringValue() : node.toString())
                .toList();
    }

    public static Notification decodeNotification(byte[] body) throws InvalidMessageException {
        ObjectNode inner = unwrap(body);
        var fields = new OsloFields(inner);
        String messageId = fields.text("message_id");
        String uniqueId = fields.optionalText("_unique_id");
        return new Notification(
                messageId,
                fields.text("publisher_id"),
                fields.text("event_type"),
                fields.text("priority"),
                NovaObjects.unwrap(fields.object("payload")),
                fields.text("timestamp"),
                uniqueId == null ? messageId : uniqueId,
                context(inner));
    }

    private static ObjectNode unwrap(byte[] body) throws InvalidMessageException {
        ObjectNode outer = DroverJson.object("body", body);
        if (!outer.has(VERSION_KEY) || !outer.has(MESSAGE_KEY)) {
            return outer;
        }
        String version = new OsloFields(outer).text(VERSION_KEY);
        if (!ENVELOPE.serves(RpcVersion.parse(VERSION_KEY, version))) {
            throw new InvalidMessageException(VERSION_KEY, "'" + Shown.text(version) + "' is not supported; 2.0 is");
        }
        JsonNode message = outer.get(MESSAGE_KEY);
        if (message == null || !message.isString()) {
            throw new InvalidMessageException(MESSAGE_KEY, "must be a string that holds JSON");
        }
        return DroverJson.object(MESSAGE_KEY, message.stringValue());
    }

    private static String envelope(ObjectNode inner) {
        ObjectNode outer = JsonNodeFactory.instance.objectNode();
        outer.put(VERSION_KEY, "2.0").put(MESSAGE_KEY, DroverJson.mapper().writeValueAsString(inner));
        return DroverJson.mapper().writeValueAsString(outer);
    }

    private static ObjectNode context(ObjectNode inner) {
        ObjectNode context = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> property : inner.properties()) {
            if (property.getKey().startsWith(CONTEXT_PREFIX)) {
                context.set(property.getKey().substring(CONTEXT_PREFIX.length()), property.getValue());
            }
        }
        return context;
    }

    private static void addContext(ObjectNode inner, ObjectNode context) {
        context.properties().forEach(property -> inner.set(CONTEXT_PREFIX + property.getKey(), property.getValue()));
    }
}
