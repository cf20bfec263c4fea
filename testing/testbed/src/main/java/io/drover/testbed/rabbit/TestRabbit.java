package io.drover.testbed.rabbit;

import io.drover.messages.amqp.BrokerConfig;
import io.drover.messages.amqp.QueueMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A broker for tests and the demo, reachable on this computer alone. Never the machine's own broker: name, ports,
 * folders and epmd are private, and closing it leaves no process.
 */
public sealed interface TestRabbit extends AutoCloseable permits PrivateRabbit, ContainerRabbit {
    /**
     * Starts a broker and waits until it takes connections: 5 s on a quiet machine. A private node of the system's
     * package {@code rabbitmq-server}; a container where the system property {@code drover.containers} is {@code true}.
     *
     * @param folder where a private node keeps everything, made if need be; the caller removes it after closing
     * @throws IOException when the package is missing or the broker does not come up; says what to do, or ends with the
     *     broker's own last words
     */
    static TestRabbit start(Path folder) throws IOException, InterruptedException {
        return start(folder, List.of());
    }

    /** The same with these users beside {@code guest}, and Drover's exchanges there. */
    static TestRabbit start(Path folder, List<BrokerUser> users) throws IOException, InterruptedException {
        var definitions = new Definitions(users);
        return Boolean.getBoolean("drover.containers")
                ? ContainerRabbit.startNew(definitions)
                : PrivateRabbit.startNew(folder, definitions, null);
    }

    /** A private node that takes clients over TLS as well; never a container. */
    static TestRabbit start(Path folder, List<BrokerUser> users, RabbitTls tls)
            throws IOException, InterruptedException {
        return PrivateRabbit.startNew(folder, new Definitions(users), tls);
    }

    String host();

    /** Where it speaks AMQP; stays the same over {@link #stopNode} and {@link #startNode}. */
    int port();

    /** Where it speaks AMQP over TLS. */
    int tlsPort();

    /** Makes an outage: every connection breaks, new ones are refused. What is durable stays. */
    void stopNode() throws IOException, InterruptedException;

    /** Ends the outage; returns when the broker takes connections again. */
    void startNode() throws IOException, InterruptedException;

    /** Runs {@code rabbitmqctl} on this broker, which takes seconds; throws when it fails, with what it said. */
    void control(String... arguments) throws IOException, InterruptedException;

    /** As {@code guest}, who may do everything. */
    default BrokerConfig config(QueueMode queueMode) {
        return new BrokerConfig(host(), port(), "/", "guest", "guest", queueMode);
    }

    default BrokerConfig config(QueueMode queueMode, BrokerUser user) {
        return new BrokerConfig(host(), port(), "/", user.name(), user.password(), queueMode);
    }

    @Override
    void close() throws IOException;
}
