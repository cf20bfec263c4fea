package io.drover.messages.amqp;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A channel on which every message is mandatory and waited for. RabbitMQ returns an unroutable message and then confirms
 * it, so a return counts as failure whatever is confirmed.
 */
final class ConfirmingChannel {
    enum Outcome {
        CONFIRMED,
        /** No queue takes this routing key. */
        RETURNED,
        /** The broker could not store it. */
        NACKED
    }

    private final Channel channel;
    private final Duration timeout;
    /** Channels must not be shared between publishing threads. */
    private final ReentrantLock publishing = new ReentrantLock();
    /** Written by the client's reader thread before it sees the confirm. */
    private volatile boolean returned;

    ConfirmingChannel(Channel channel, Duration timeout) throws IOException {
        this.channel = channel;
        this.timeout = timeout;
        channel.addReturnListener(message -> returned = true);
        var _ = channel.confirmSelect();
    }

    /**
     * Publishes and waits. Throws a {@link TimeoutException} when no confirm came: what becomes of the message is
     * unknown, and so is which message a later confirm would mean: the channel must not be used again.
     */
    Outcome publish(String exchange, String routingKey, BasicProperties properties, byte[] body)
            throws IOException, TimeoutException, InterruptedException {
        publishing.lockInterruptibly();
        try {
            returned = false;
            channel.basicPublish(exchange, routingKey, true, properties, body);
            boolean acknowledged = channel.waitForConfirms(timeout.toMillis());
            if (returned) {
                return Outcome.RETURNED;
            }
            return acknowledged ? Outcome.CONFIRMED : Outcome.NACKED;
        } finally {
            publishing.unlock();
        }
    }
}
