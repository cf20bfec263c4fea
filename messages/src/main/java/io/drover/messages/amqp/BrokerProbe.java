package io.drover.messages.amqp;

import com.rabbitmq.client.ShutdownSignalException;
import io.drover.messages.bus.Routing;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the broker to take a message, as a publisher would. The message goes to the exchange {@code drover_fleet} with a key
 * that nobody binds: its return is followed by the confirm, and nothing is left behind.
 */
public final class BrokerProbe implements BrokerPart {
    private static final String KEY = "health";
    private static final Duration WITHIN = Duration.ofSeconds(3);

    private record Attached(BrokerSession session, ConfirmingChannel channel) {}

    private volatile @Nullable Attached attached;

    @Override
    public void attach(BrokerSession session) throws IOException {
        session.declareExchange();
        attached = new Attached(session, new ConfirmingChannel(session, WITHIN));
    }

    @Override
    public void detach() {
        attached = null;
    }

    /** Why the broker did not confirm a message within three seconds; empty when it did. */
    public Optional<String> trouble() {
        Attached now = attached;
        if (now == null) {
            return Optional.of("RabbitMQ is away");
        }
        try {
            var properties = JsonProperties.transientOf(now.session().user());
            return switch (now.channel().publish(Routing.EXCHANGE, KEY, properties, new byte[0])) {
                case CONFIRMED, RETURNED -> Optional.empty();
                case NACKED -> Optional.of("RabbitMQ could not take a message");
                case BLOCKED -> Optional.of("RabbitMQ takes no messages at the moment");
            };
        } catch (TimeoutException e) {
            // Perhaps only slow: not a reason to begin a new session, and the next look waits for this confirm too.
            return Optional.of("RabbitMQ confirmed no message within " + WITHIN.toSeconds() + " s");
        } catch (IOException | ShutdownSignalException e) {
            return Optional.of("publishing to RabbitMQ failed: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted while publishing to RabbitMQ");
        }
    }
}
