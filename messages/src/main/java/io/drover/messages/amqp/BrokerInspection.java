package io.drover.messages.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.drover.messages.HostId;
import io.drover.messages.bus.Routing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a broker with the login of a program, by doing what the program does as far as that leaves nothing behind:
 * what is published is rolled back, and only an empty queue is read.
 */
public final class BrokerInspection implements AutoCloseable {
    private static final int CLOSE_TIMEOUT_MS = 2_000;
    private static final byte[] NOTHING = new byte[0];

    private final Connection connection;
    private final BrokerSession session;
    private final ExecutorService callbacks;

    /**
     * A right that a program needs.
     *
     * @param problem what the broker says where it does not give it; null: it does
     */
    public record Right(String name, @Nullable String problem) {}

    private BrokerInspection(Connection connection, BrokerSession session, ExecutorService callbacks) {
        this.connection = connection;
        this.session = session;
        this.callbacks = callbacks;
    }

    /** Throws with the cause in the broker's own words, where it gave any. */
    public static BrokerInspection open(BrokerConfig config) throws IOException {
        ExecutorService callbacks = Executors.newVirtualThreadPerTaskExecutor();
        try {
            Connection connection =
                    BrokerSupervisor.connect(config, BrokerSupervisor.factory(config), callbacks, "drover doctor");
            return new BrokerInspection(connection, new BrokerSession(connection, config), callbacks);
        } catch (IOException | TimeoutException | ShutdownSignalException e) {
            callbacks.shutdown();
            throw new IOException(BrokerSupervisor.text(e), e);
        }
    }

    /** For example {@code RabbitMQ 3.10.8}. */
    public String server() {
        var properties = connection.getServerProperties();
        return properties.getOrDefault("product", "broker") + " " + properties.getOrDefault("version", "");
    }

    /** Whether a scheduler has made what workers need. */
    public boolean isPrepared() throws IOException {
        return problem(channel -> channel.exchangeDeclarePassive(Routing.EXCHANGE)) == null;
    }

    /** What the worker of a host needs, after {@link #isPrepared}. */
    public List<Right> ofWorker(HostId host) throws IOException {
        QueueSpec queue = QueueSpec.requests(Routing.worker(host), session.queueMode());
        var rights = new ArrayList<Right>();
        String declared = problem(() -> session.declare(queue));
        rights.add(new Right("to make and bind the queue " + queue.name(), declared));
        if (declared == null) {
            rights.add(new Right("to read the queue " + queue.name(), problem(channel -> readEmpty(channel, queue))));
        }
        rights.add(publishing(Routing.load(host)));
        rights.add(publishing(Routing.REJECTED_QUEUE));
        return rights;
    }

    /** What a scheduler needs. */
    public List<Right> ofScheduler() throws IOException {
        String name = "drover.doctor." + UUID.randomUUID();
        var rights = new ArrayList<Right>();
        rights.add(new Right("to make, read and delete queues", problem(channel -> {
            // Exclusive: gone with the connection, whatever happens.
            channel.queueDeclare(name, false, true, true, null);
            var _ = channel.basicGet(name, true);
            var _ = channel.queueDelete(name);
        })));
        if (isPrepared()) {
            rights.add(publishing(Routing.scheduler()));
        }
        return rights;
    }

    /** Checked by the broker when the message comes; then it is rolled back and goes nowhere. */
    private Right publishing(String key) throws IOException {
        String problem = problem(channel -> {
            channel.txSelect();
            AMQP.BasicProperties properties = JsonProperties.transientOf(session.user());
            channel.basicPublish(Routing.EXCHANGE, key, properties, NOTHING);
            channel.txRollback();
        });
        return new Right("to publish " + key + " to " + Routing.EXCHANGE, problem);
    }

    /** Where somebody consumes, that one may; where messages wait, none of them is taken to find out. */
    private static void readEmpty(Channel channel, QueueSpec queue) throws IOException {
        AMQP.Queue.DeclareOk there = channel.queueDeclarePassive(queue.name());
        if (there.getConsumerCount() == 0 && there.getMessageCount() == 0) {
            var taken = channel.basicGet(queue.name(), false);
            if (taken != null) {
                channel.basicNack(taken.getEnvelope().getDeliveryTag(), false, true);
            }
        }
    }

    private interface Declaration {
        void run() throws IOException;
    }

    private interface OnChannel {
        void run(Channel channel) throws IOException;
    }

    private @Nullable String problem(OnChannel action) throws IOException {
        return problem(() -> {
            Channel channel = session.openChannelApart();
            try {
                action.run(channel);
            } finally {
                channel.abort();
            }
        });
    }

    /** Null: it was done. Throws when the connection is gone. */
    private @Nullable String problem(Declaration declaration) throws IOException {
        try {
            declaration.run();
            return null;
        } catch (IOException | ShutdownSignalException e) {
            if (!connection.isOpen()) {
                throw new IOException(BrokerSupervisor.text(e), e);
            }
            return BrokerSupervisor.text(e);
        }
    }

    @Override
    public void close() {
        connection.abort(CLOSE_TIMEOUT_MS);
        callbacks.shutdown();
    }
}
