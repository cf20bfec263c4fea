package io.drover.messages.amqp;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import io.drover.messages.bus.Sender;
import io.drover.messages.time.Backoff;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages of one queue during one session. The client's thread only queues them, at most the prefetch; a thread of
 * the feed's own deals with them. That thread is never interrupted: an interrupt inside a handler would close its
 * database connection.
 */
final class Feed extends DefaultConsumer {
    private static final Logger LOG = LoggerFactory.getLogger(Feed.class);

    /** What becomes of a message, and how long to wait when that cannot be said yet. */
    record Decision(DeliveryHandler handler, Backoff holdBackoff) {}

    private record Incoming(long tag, Delivery delivery) {}

    private final String queue;
    private final BrokerSession session;
    private final RejectedQueue rejections;
    private final Decision decision;
    /** Empty: wake up, the feed is over. */
    private final BlockingQueue<Optional<Incoming>> incoming = new LinkedBlockingQueue<>();

    private final CountDownLatch over = new CountDownLatch(1);

    Feed(String queue, BrokerSession session, Channel channel, RejectedQueue rejections, Decision decision) {
        super(channel);
        this.queue = queue;
        this.session = session;
        this.rejections = rejections;
        this.decision = decision;
    }

    void start() throws IOException {
        Thread.ofVirtual().name("queue " + queue).start(this::run);
        getChannel().basicConsume(queue, false, this);
    }

    void stop() {
        over.countDown();
        incoming.add(Optional.empty());
    }

    @Override
    public void handleDelivery(String tag, Envelope envelope, BasicProperties properties, byte[] body) {
        var sender = new Sender(properties.getUserId(), envelope.getExchange());
        var delivery = new Delivery(queue, properties.getMessageId(), sender, body);
        incoming.add(Optional.of(new Incoming(envelope.getDeliveryTag(), delivery)));
    }

    /** The queue was deleted or its node went away: the next session declares it and consumes again. */
    @Override
    public void handleCancel(String tag) {
        session.fail("the broker cancelled the consumer of " + queue);
    }

    @Override
    public void handleShutdownSignal(String tag, ShutdownSignalException cause) {
        stop();
    }

    private void run() {
        try {
            while (!isOver()) {
                Optional<Incoming> next = incoming.take();
                if (next.isPresent()) {
                    settle(next.get());
                }
            }
        } catch (IOException | TimeoutException | ShutdownSignalException e) {
            session.fail("queue " + queue + ": " + e.getMessage());
        } catch (InterruptedException e) {
            session.fail("the thread of queue " + queue + " was interrupted");
        } catch (RuntimeException | Error e) { // top of the thread: else nobody consumes and nobody knows
            LOG.error("queue {}: a defect", queue, e);
            session.fail("queue " + queue + ": a defect: " + e);
        }
    }

    private boolean isOver() {
        return over.getCount() == 0;
    }

    private void settle(Incoming message) throws IOException, TimeoutException, InterruptedException {
        Verdict verdict = ask(message.delivery());
        for (int holds = 0; !isOver(); holds++) {
            switch (verdict) {
                case Verdict.Accepted accepted -> {
                    getChannel().basicAck(message.tag(), false);
                    return;
                }
                case Verdict.Rejected rejected -> {
                    if (rejections.put(message.delivery(), rejected.reason())) {
                        LOG.warn("rejected a message of queue {}: {}", queue, rejected.reason());
                        getChannel().basicAck(message.tag(), false);
                        return;
                    }
                    hold(holds, "RabbitMQ takes no messages at the moment, and one is rejected");
                }
                case Verdict.HoldAndRetry hold -> {
                    hold(holds, hold.why());
                    verdict = ask(message.delivery());
                }
            }
        }
    }

    private void hold(int holdsBefore, String why) throws InterruptedException {
        if (holdsBefore == 0) {
            LOG.warn("holding the messages of queue {}: {}", queue, why);
        }
        long waitMs = decision.holdBackoff().after(holdsBefore + 1).toMillis();
        var _ = over.await(waitMs, TimeUnit.MILLISECONDS);
    }

    private Verdict ask(Delivery delivery) {
        try {
            return decision.handler().handle(delivery);
        } catch (RuntimeException e) {
            // Top of the thread: a message that trips over a defect must not stop the ones behind it.
            LOG.error("a message of queue {} met a defect", queue, e);
            return new Verdict.Rejected("internal error: " + e);
        }
    }
}
