package io.drover.messages.amqp;

import io.drover.messages.bus.Sender;
import org.jspecify.annotations.Nullable;

/** A message as it lay in a queue. */
final class Delivery {
    private final String queue;
    private final @Nullable String messageId;
    private final Sender sender;
    private final byte[] body;

    /** Takes {@code body} over without a copy; {@code messageId} is the AMQP property. */
    Delivery(String queue, @Nullable String messageId, Sender sender, byte[] body) {
        this.queue = queue;
        this.messageId = messageId;
        this.sender = sender;
        this.body = body;
    }

    String queue() {
        return queue;
    }

    @Nullable
    String messageId() {
        return messageId;
    }

    Sender sender() {
        return sender;
    }

    byte[] body() {
        return body;
    }
}
