package io.drover.messages.amqp;

import com.rabbitmq.client.Channel;
import io.drover.messages.time.Backoff;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Consumes one queue in order and acknowledges a message when the handler has said what becomes of it, never before. A
 * message is delivered again when the session ends in between.
 */
final class QueueConsumer implements BrokerPart {
    private final Function<QueueMode, QueueSpec> queue;
    private final int prefetch;
    private final DeliveryHandler handler;
    private final Backoff holdBackoff;
    /** The last session's thread may still be in the handler when the next one has its first message. */
    private final ReentrantLock handling = new ReentrantLock();

    private volatile @Nullable Feed feed;

    /**
     * Does nothing before it is attached.
     *
     * @param prefetch messages the broker hands over before the first is acknowledged
     * @param holdBackoff between two tries of a held message
     */
    QueueConsumer(Function<QueueMode, QueueSpec> queue, int prefetch, DeliveryHandler handler, Backoff holdBackoff) {
        this.queue = queue;
        this.prefetch = prefetch;
        this.handler = handler;
        this.holdBackoff = holdBackoff;
    }

    @Override
    public void attach(BrokerSession session) throws IOException {
        QueueSpec spec = queue.apply(session.queueMode());
        session.declareMissing(QueueSpec.rejected(session.queueMode()));
        session.declare(spec);
        Channel channel = session.openChannel();
        channel.basicQos(prefetch);
        var rejections = new RejectedQueue(session);
        var started = new Feed(spec.name(), session, channel, rejections, new Feed.Decision(this::ask, holdBackoff));
        feed = started;
        started.start();
    }

    @Override
    public void detach() {
        Feed old = feed;
        feed = null;
        if (old != null) {
            old.stop();
        }
    }

    private Verdict ask(Delivery delivery) {
        handling.lock();
        try {
            return handler.handle(delivery);
        } finally {
            handling.unlock();
        }
    }
}
