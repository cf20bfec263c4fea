package io.drover.messages.json;

import io.drover.messages.InvalidMessageException;
import io.drover.messages.text.Shown;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What every text from outside has to be before anybody looks at its meaning. */
final class ForeignText {
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private ForeignText() {}

    /** Decodes UTF-8 strictly: broken bytes must not become replacement characters in a stored task. */
    static String utf8(String name, byte[] document, int bytesMax) throws InvalidMessageException {
        if (document.length > bytesMax) {
            throw new InvalidMessageException(name, document.length + " bytes, more than " + bytesMax);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(document))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidMessageException(name, "is not UTF-8", e);
        }
    }

    static void requireContent(String name, String document) throws InvalidMessageException {
        if (document.isBlank()) {
            throw new InvalidMessageException(name, "is empty; must be a JSON object");
        }
        if (document.charAt(0) == BYTE_ORDER_MARK) {
            throw new InvalidMessageException(name, "begins with a byte order mark: save it as UTF-8 without one");
        }
    }

    /**
     * PostgreSQL holds neither U+0000 nor half a surrogate pair: such a message could never be stored and would come
     * back for ever. Other control characters would steer the terminal of whoever reads them. Depth is bounded by the
     * parser.
     */
    static void requireStorable(String field, JsonNode node) throws InvalidMessageException {
        if (node.isString()) {
            requireStorableText(field, node.stringValue());
        } else if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> property : object.properties()) {
                requireStorableText(field, property.getKey());
                requireStorable(property.getKey(), property.getValue());
            }
        } else if (node.isNumber() && !Double.isFinite(node.doubleValue())) {
            throw new InvalidMessageException(Shown.text(field), "is too large a number");
        } else {
            for (JsonNode element : node) {
                requireStorable(field, element);
            }
        }
    }

    private static void requireStorableText(String field, String text) throws InvalidMessageException {
        for (int at = 0; at < text.length(); at++) {
            char character = text.charAt(at);
            if (Character.isISOControl(character) && "\t\n\r".indexOf(character) < 0) {
                throw new InvalidMessageException(
                        Shown.text(field), "holds the control character U+%04X".formatted((int) character));
            }
            if (Character.isSurrogate(character)) {
                boolean pair = Character.isHighSurrogate(character)
                        && at + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(at + 1));
                if (!pair) {
                    throw new InvalidMessageException(Shown.text(field), "holds half a surrogate pair");
                }
                at++;
            }
        }
    }

    /** What is not said is left out: null would mean one thing to one reader, and something else to the next. */
    static void requireNoNull(String path, JsonNode node) throws InvalidMessageException {
        if (node.isNull()) {
            throw new InvalidMessageException(Shown.text(path), "must not be null: leave it out");
        }
        for (Map.Entry<String, JsonNode> property : node.properties()) {
            requireNoNull(
                    path.equals("body") ? property.getKey() : path + "." + property.getKey(), property.getValue());
        }
        if (node.isArray()) {
            for (JsonNode element : node) {
                requireNoNull(path, element);
            }
        }
    }
}
