package io.drover.messages.oslo;

import io.drover.messages.InvalidMessageException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Parses foreign JSON within fixed bounds. */
final class JsonText {
    static final int BYTES_MAX = 1 << 20;
    static final int DEPTH_MAX = 32;
    private static final int NUMBER_CHARACTERS_MAX = 64;
    private static final int NAME_CHARACTERS_MAX = 1024;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    // A name that stands twice means two things to two readers.
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_MAX)
                            .maxStringLength(BYTES_MAX)
                            .maxNumberLength(NUMBER_CHARACTERS_MAX)
                            .maxNameLength(NAME_CHARACTERS_MAX)
                            .build())
                    .build())
            .build();

    private JsonText() {}

    static String write(ObjectNode object) {
        return MAPPER.writeValueAsString(object);
    }

    static ObjectNode newObject() {
        return MAPPER.createObjectNode();
    }

    /** Decodes UTF-8 strictly: broken bytes must not become replacement characters in a stored task. */
    static String utf8(byte[] body) throws InvalidMessageException {
        if (body.length > BYTES_MAX) {
            throw new InvalidMessageException("body", body.length + " bytes, more than " + BYTES_MAX);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidMessageException("body", "not UTF-8", e);
        }
    }

    /** Parses an object; {@code field} is what a parse error is blamed on. */
    static ObjectNode object(String field, String text) throws InvalidMessageException {
        JsonNode node;
        try {
            node = MAPPER.readTree(text);
        } catch (JacksonException e) {
            throw new InvalidMessageException(field, "not JSON: " + e.getOriginalMessage(), e);
        }
        if (node instanceof ObjectNode object) {
            requireStorable(field, object);
            return object;
        }
        throw new InvalidMessageException(field, "must be a JSON object, is " + Fields.kind(node));
    }

    /**
     * PostgreSQL holds neither U+0000 nor half a surrogate pair: such a message could never be stored and would come back
     * for ever. Depth is bounded by the parser.
     */
    private static void requireStorable(String field, JsonNode node) throws InvalidMessageException {
        if (node.isString()) {
            requireStorableText(field, node.stringValue());
        } else if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> property : object.properties()) {
                requireStorableText(field, property.getKey());
                requireStorable(property.getKey(), property.getValue());
            }
        } else {
            for (JsonNode element : node) {
                requireStorable(field, element);
            }
        }
    }

    private static void requireStorableText(String field, String text) throws InvalidMessageException {
        for (int at = 0; at < text.length(); at++) {
            char character = text.charAt(at);
            if (character == 0) {
                throw new InvalidMessageException(Fields.shown(field), "holds the character U+0000");
            }
            if (Character.isSurrogate(character)) {
                boolean pair = Character.isHighSurrogate(character)
                        && at + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(at + 1));
                if (!pair) {
                    throw new InvalidMessageException(Fields.shown(field), "holds half a surrogate pair");
                }
                at++;
            }
        }
    }
}
