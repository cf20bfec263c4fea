package io.drover.messages.oslo;

import io.drover.messages.InvalidMessageException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads the fields of one JSON object, naming the field that is missing or wrong. */
record OsloFields(ObjectNode object) {
    /** What AMQP 0-9-1 can carry as a short string, so as a queue name or a message id. */
    private static final int SHORT_STRING_BYTES_MAX = 255;

    String text(String field) throws InvalidMessageException {
        String text = optionalText(field);
        if (text == null) {
            throw new InvalidMessageException(field, "missing");
        }
        return text;
    }

    @Nullable
    String optionalText(String field) throws InvalidMessageException {
        JsonNode node = object.get(field);
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isString()) {
            throw new InvalidMessageException(field, "must be a string, is " + kind(node));
        }
        String text = node.stringValue();
        if (text.isEmpty() || text.getBytes(StandardCharsets.UTF_8).length > SHORT_STRING_BYTES_MAX) {
            throw new InvalidMessageException(field, "must have 1 to " + SHORT_STRING_BYTES_MAX + " bytes");
        }
        return text;
    }

    /** Empty when the field is absent or null. */
    ObjectNode object(String field) throws InvalidMessageException {
        JsonNode node = object.get(field);
        if (node == null || node.isNull()) {
            return JsonNodeFactory.instance.objectNode();
        }
        if (node instanceof ObjectNode found) {
            return found;
        }
        throw new InvalidMessageException(field, "must be an object, is " + kind(node));
    }

    /** A number above zero, or null. */
    @Nullable
    Double optionalSeconds(String field) throws InvalidMessageException {
        JsonNode node = object.get(field);
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isNumber() || !(node.doubleValue() > 0) || Double.isInfinite(node.doubleValue())) {
            throw new InvalidMessageException(field, "must be a number of seconds above 0");
        }
        return node.doubleValue();
    }

    static String kind(JsonNode node) {
        return node.getNodeType().name().toLowerCase(Locale.ROOT);
    }
}
