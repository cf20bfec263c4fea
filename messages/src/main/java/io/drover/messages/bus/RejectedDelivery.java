package io.drover.messages.bus;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A message that was refused.
 *
 * @param queue where it lay
 * @param messageId its AMQP message id, or null
 * @param reason names the field or the cause
 * @param body what can be stored of it: text without U+0000, at most 65,536 characters, need not be JSON
 */
public record RejectedDelivery(String queue, @Nullable String messageId, String reason, String body) {
    /** Bytes of the original that are kept. */
    public static final int BODY_BYTES_MAX = 64 << 10;

    /** Makes any bytes storable: cut, broken UTF-8 and U+0000 replaced. */
    public static RejectedDelivery of(String queue, @Nullable String messageId, String reason, byte[] body) {
        byte[] head = body.length <= BODY_BYTES_MAX ? body : Arrays.copyOf(body, BODY_BYTES_MAX);
        String text = new String(head, StandardCharsets.UTF_8).replace('\0', '\uFFFD');
        return new RejectedDelivery(queue, messageId, reason.replace('\0', '\uFFFD'), text);
    }
}
