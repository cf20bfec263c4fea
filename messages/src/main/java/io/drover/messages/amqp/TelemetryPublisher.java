package io.drover.messages.amqp;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import io.drover.messages.HostReport;
import io.drover.messages.bus.Routing;
import io.drover.messages.json.DroverJson;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Publishes telemetry as plain JSON: neither mandatory nor persistent, and lost while the broker is away or blocks. */
public final class TelemetryPublisher implements BrokerPart {
    private record Attached(BrokerSession session, Channel channel) {}

    private final ReentrantLock publishing = new ReentrantLock();
    private volatile @Nullable Attached attached;

    @Override
    public void attach(BrokerSession session) throws IOException {
        session.declareExchange();
        attached = new Attached(session, session.openChannel());
    }

    @Override
    public void detach() {
        attached = null;
    }

    /** True when the report was handed to the network; whether anybody reads it is not known. */
    public boolean publish(HostReport report) {
        byte[] body = DroverJson.mapper().writeValueAsBytes(report);
        publishing.lock();
        try {
            Attached now = attached;
            // A publish to a broker that does not read would stand still once the socket's buffer is full.
            if (now == null || now.session().blocked() != null) {
                return false;
            }
            return publish(now, Routing.load(report.host()), body);
        } finally {
            publishing.unlock();
        }
    }

    private static boolean publish(Attached now, String routingKey, byte[] body) {
        try {
            var properties = JsonProperties.transientOf(now.session().user());
            now.channel().basicPublish(Routing.EXCHANGE, routingKey, properties, body);
            return true;
        } catch (IOException | ShutdownSignalException e) {
            now.session().fail("publishing failed: " + e.getMessage());
            return false;
        }
    }
}
