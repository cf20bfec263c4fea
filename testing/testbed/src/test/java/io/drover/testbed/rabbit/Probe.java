package io.drover.testbed.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;

/** A plain client of the broker, to look at queues from outside. */
final class Probe implements AutoCloseable {
    private final Connection connection;
    final Channel channel;
    private final String user;

    Probe(TestRabbit rabbit) throws Exception {
        this(rabbit, new BrokerUser("guest", "guest", ".*", ".*", ".*", List.of()));
    }

    Probe(TestRabbit rabbit, BrokerUser user) throws Exception {
        this.user = user.name();
        var factory = new ConnectionFactory();
        factory.setHost(rabbit.host());
        factory.setPort(rabbit.port());
        factory.setUsername(user.name());
        factory.setPassword(user.password());
        factory.setAutomaticRecoveryEnabled(false);
        connection = factory.newConnection("probe");
        channel = connection.createChannel();
    }

    /** In the name of the probe's user. */
    void send(String exchange, String key, String body) throws IOException {
        send(exchange, key, new AMQP.BasicProperties.Builder().userId(user).build(), body);
    }

    void send(String exchange, String key, AMQP.BasicProperties properties, String body) throws IOException {
        channel.basicPublish(exchange, key, properties, body.getBytes(StandardCharsets.UTF_8));
    }

    /** Takes the next message off a queue, waiting for it. */
    GetResponse take(String queue) {
        return Awaitility.await(queue)
                .atMost(Duration.ofSeconds(20))
                .until(() -> Optional.ofNullable(channel.basicGet(queue, true)), Optional::isPresent)
                .orElseThrow();
    }

    /** Declares a queue of its own for replies. */
    String replyQueue() throws IOException {
        return channel.queueDeclare("", false, true, true, Map.of()).getQueue();
    }

    long depth(String queue) throws IOException {
        return channel.messageCount(queue);
    }

    @Override
    public void close() {
        connection.abort();
    }
}
