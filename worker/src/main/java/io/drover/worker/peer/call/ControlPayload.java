package io.drover.worker.peer.call;

import io.drover.messages.json.DroverJson;
import io.drover.worker.wire.Frame;
import io.drover.worker.wire.WireException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What a control frame carries: the length of a JSON document (u32), the document, and bytes that would only swell in
 * JSON.
 */
public record ControlPayload(JsonNode json, ByteBuffer bytes) {
    public static ByteBuffer encode(Object document, ByteBuffer bytes) throws WireException {
        byte[] json = DroverJson.mapper().writeValueAsBytes(document);
        long length = (long) Integer.BYTES + json.length + bytes.remaining();
        if (length > Frame.CONTROL_BYTES_MAX) {
            throw new WireException("a call or answer of " + length + " bytes is over " + Frame.CONTROL_BYTES_MAX);
        }
        ByteBuffer payload = ByteBuffer.allocate((int) length);
        return payload.putInt(json.length).put(json).put(bytes.duplicate()).flip();
    }

    /** Decodes a copy: the payload of a frame lasts only until the next. */
    public static ControlPayload decode(ByteBuffer payload) throws WireException {
        if (payload.remaining() < Integer.BYTES) {
            throw new WireException("a control frame without a document");
        }
        int length = payload.getInt();
        if (length < 0 || length > payload.remaining()) {
            throw new WireException("a document of " + Integer.toUnsignedString(length) + " bytes in a payload of "
                    + payload.remaining());
        }
        var json = new byte[length];
        var bytes = new byte[payload.remaining() - length];
        payload.get(json).get(bytes);
        try {
            return new ControlPayload(DroverJson.mapper().readTree(json), ByteBuffer.wrap(bytes));
        } catch (JacksonException e) {
            throw new WireException("a control frame's document is no JSON: " + e.getOriginalMessage());
        }
    }

    /** The document as a record. */
    public <T> T as(Class<T> type) throws WireException {
        return convert(json, type);
    }

    public static <T> T convert(@Nullable JsonNode json, Class<T> type) throws WireException {
        if (json == null) {
            throw new WireException("no " + type.getSimpleName() + " where one is due");
        }
        try {
            T value = DroverJson.mapper().treeToValue(json, type);
            // What Jackson makes of an empty document and of null.
            if (value == null) {
                throw new WireException("nothing where a " + type.getSimpleName() + " is due");
            }
            return value;
        } catch (JacksonException e) {
            throw new WireException("no " + type.getSimpleName() + ": " + e.getOriginalMessage());
        }
    }
}
