package io.drover.messages.amqp;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A channel on which every message is mandatory and waited for. RabbitMQ returns an unroutable message and then
 * confirms it, so a return counts as failure whatever is confirmed.
 */
final class ConfirmingChannel {
    enum Outcome {
        CONFIRMED,
        /** No queue takes this routing key. */
        RETURNED,
        /** The broker could not store it. */
        NACKED,
        /** The broker reads nothing from this connection at the moment; it may take the message when it does again. */
        BLOCKED
    }

    private final BrokerSession session;
    private final Channel channel;
    private final Duration timeout;
    /** Channels must not be shared between publishing threads. */
    private final ReentrantLock publishing = new ReentrantLock();
    /** Written by the client's reader thread before it sees the confirm. */
    private volatile boolean returned;

    /** Opens a channel of its own. */
    ConfirmingChannel(BrokerSession session, Duration timeout) throws IOException {
        this(session, session.openChannel(), timeout);
    }

    /** On this channel, which belongs to the session and to nobody else. */
    ConfirmingChannel(BrokerSession session, Channel channel, Duration timeout) throws IOException {
        this.session = session;
        this.channel = channel;
        this.timeout = timeout;
        channel.addReturnListener(message -> returned = true);
        var _ = channel.confirmSelect();
    }

    /**
     * Publishes and waits. Throws a {@link TimeoutException} when no confirm came from a broker that does not block:
     * what becomes of the message is unknown, and the channel should not be used again. After {@link Outcome#BLOCKED}
     * it may be: the next call waits for the confirms of both.
     */
    Outcome publish(String exchange, String routingKey, BasicProperties properties, byte[] body)
            throws IOException, TimeoutException, InterruptedException {
        publishing.lockInterruptibly();
        try {
            if (session.blocked() != null) {
                return Outcome.BLOCKED;
            }
            returned = false;
            channel.basicPublish(exchange, routingKey, true, properties, body);
            boolean acknowledged = channel.waitForConfirms(timeout.toMillis());
            if (returned) {
                return Outcome.RETURNED;
            }
            return acknowledged ? Outcome.CONFIRMED : Outcome.NACKED;
        } catch (TimeoutException e) {
            if (session.blocked() != null) {
                return Outcome.BLOCKED;
            }
            throw e;
        } finally {
            publishing.unlock();
        }
    }
}
