package io.drover.messages.amqp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.rabbitmq.client.ShutdownSignalException;
import io.drover.messages.bus.Routing;
import io.drover.messages.bus.TaskBus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes mandatory, persistent messages with confirms, one at a time. Declares the exchange {@code drover_fleet} and, as
 * oslo.messaging's own publishers do, the queues of notifications, so that nothing is lost before the first listener;
 * and the queue of rejected messages, which workers may only use.
 */
public final class ConfirmedPublisher implements TaskBus, BrokerPart {
    private static final Logger LOG = LoggerFactory.getLogger(ConfirmedPublisher.class);
    private static final int REMEMBERED_KEYS_MAX = 1_000;

    private record Attached(BrokerSession session, ConfirmingChannel channel) {}

    private final Duration confirmTimeout;
    private final FailingKeys failing = new FailingKeys();
    private volatile @Nullable Attached attached;

    /** Waits at most {@code confirmTimeout} for the broker's word on each message. */
    public ConfirmedPublisher(Duration confirmTimeout) {
        this.confirmTimeout = confirmTimeout;
    }

    @Override
    public void attach(BrokerSession session) throws IOException {
        session.declareExchange();
        for (String queue : List.of(Routing.NOTIFICATIONS_INFO, Routing.NOTIFICATIONS_ERROR)) {
            session.declare(QueueSpec.notifications(queue, session.queueMode()));
        }
        session.declare(QueueSpec.rejected(session.queueMode()));
        attached = new Attached(session, new ConfirmingChannel(session, confirmTimeout));
    }

    @Override
    public void detach() {
        attached = null;
    }

    /** The exchange must exist, else the whole session is opened anew. False while the broker is away or blocks. */
    @Override
    public boolean publish(String exchange, String routingKey, String messageId, String body) {
        Attached now = attached;
        if (now == null) {
            return false;
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        try {
            var properties = JsonProperties.persistentOf(now.session().user(), messageId);
            var outcome = now.channel().publish(exchange, routingKey, properties, bytes);
            failing.say(routingKey, outcome);
            return outcome == ConfirmingChannel.Outcome.CONFIRMED;
        } catch (TimeoutException e) {
            now.session().fail("no confirm within " + confirmTimeout.toMillis() + " ms");
        } catch (IOException | ShutdownSignalException e) {
            now.session().fail("publishing failed: " + e.getMessage());
        } catch (InterruptedException e) {
            // A confirm may be on its way that would be taken for the next message's.
            now.session().fail("interrupted while publishing");
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /** Says once that a routing key fails and once that it works again: an outbox asks every second. */
    private static final class FailingKeys {
        @GuardedBy("this")
        private final Map<String, Boolean> keys = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                return size() > REMEMBERED_KEYS_MAX;
            }
        };

        synchronized void say(String key, ConfirmingChannel.Outcome outcome) {
            switch (outcome) {
                case CONFIRMED -> {
                    if (keys.remove(key) != null) {
                        LOG.info("messages for {} arrive again", key);
                    }
                }
                case RETURNED -> {
                    if (keys.put(key, true) == null) {
                        LOG.warn("no queue takes messages for {}: nobody has ever listened there", key);
                    }
                }
                case NACKED -> {
                    if (keys.put(key, true) == null) {
                        LOG.warn("RabbitMQ could not store a message for {}", key);
                    }
                }
                case BLOCKED -> {
                    // Said once for the whole connection.
                }
            }
        }
    }
}
