package io.drover.messages.amqp;

import org.jspecify.annotations.Nullable;

/** A message as it lay in a queue. */
final class Delivery {
    private final String queue;
    private final @Nullable String messageId;
    private final byte[] body;

    /** Takes {@code body} over without a copy; {@code messageId} is the AMQP property. */
    Delivery(String queue, @Nullable String messageId, byte[] body) {
        this.queue = queue;
        this.messageId = messageId;
        this.body = body;
    }

    String queue() {
        return queue;
    }

    @Nullable
    String messageId() {
        return messageId;
    }

    byte[] body() {
        return body;
    }
}
