package io.drover.messages.amqp;

import io.drover.messages.bus.Routing;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts refused messages where people find them. Published by ourselves rather than dead-lettered by the broker, so that
 * the reason travels with the message.
 */
final class RejectedQueue {
    private static final Logger LOG = LoggerFactory.getLogger(RejectedQueue.class);
    static final String REASON_HEADER = "x-drover-reason";
    static final String QUEUE_HEADER = "x-drover-queue";
    private static final int BODY_BYTES_MAX = 1 << 20;
    private static final int REASON_CHARACTERS_MAX = 2_000;
    private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(10);

    private final ConfirmingChannel channel;

    RejectedQueue(BrokerSession session) throws IOException {
        this.channel = new ConfirmingChannel(session, CONFIRM_TIMEOUT);
    }

    /** False while the broker blocks: to be tried again. Throws when the queue is gone. */
    boolean put(Delivery delivery, String reason) throws IOException, TimeoutException, InterruptedException {
        Map<String, Object> headers = Map.of(
                REASON_HEADER,
                reason.substring(0, Math.min(reason.length(), REASON_CHARACTERS_MAX)),
                QUEUE_HEADER,
                delivery.queue());
        byte[] body = delivery.body();
        byte[] kept = body.length <= BODY_BYTES_MAX ? body : Arrays.copyOf(body, BODY_BYTES_MAX);
        String id = delivery.messageId() == null ? UUID.randomUUID().toString() : delivery.messageId();
        var outcome =
                channel.publish(Routing.EXCHANGE, Routing.REJECTED_QUEUE, JsonProperties.persistent(id, headers), kept);
        return switch (outcome) {
            case CONFIRMED -> true;
            case BLOCKED -> false;
            case NACKED -> {
                // A bound that an operator set on that queue: it must not stop the queues that work is in.
                LOG.error(
                        "queue {} is full: message {} of queue {} is dropped",
                        Routing.REJECTED_QUEUE,
                        id,
                        delivery.queue());
                yield true;
            }
            case RETURNED ->
                throw new IOException("exchange " + Routing.EXCHANGE + " reaches no queue " + Routing.REJECTED_QUEUE
                        + ": a scheduler makes and binds it");
        };
    }
}
