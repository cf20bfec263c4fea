package io.drover.messages.amqp;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import io.drover.messages.HostReport;
import io.drover.messages.bus.Routing;
import io.drover.messages.json.DroverJson;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Publishes telemetry as plain JSON: neither mandatory nor persistent, and lost while the broker is away. */
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
            if (now == null) {
                return false;
            }
            return publish(now, Routing.load(report.host()), body);
        } finally {
            publishing.unlock();
        }
    }

    private static boolean publish(Attached now, String routingKey, byte[] body) {
        try {
            now.channel().basicPublish(Routing.EXCHANGE, routingKey, JsonProperties.transientOnes(), body);
            return true;
        } catch (IOException | ShutdownSignalException e) {
            now.session().fail("publishing failed: " + e.getMessage());
            return false;
        }
    }
}
