package io.drover.testbed.rabbit;

import io.drover.messages.amqp.BrokerConfig;
import io.drover.messages.amqp.QueueMode;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A broker for tests and the demo, reachable on this machine alone. Never the machine's own broker: name, ports, folders
 * and epmd are private, and closing it leaves no process.
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
        return Boolean.getBoolean("drover.containers") ? ContainerRabbit.startNew() : PrivateRabbit.startNew(folder);
    }

    String host();

    /** Where it speaks AMQP; stays the same over {@link #stopNode} and {@link #startNode}. */
    int port();

    /** Makes an outage: every connection breaks, new ones are refused. What is durable stays. */
    void stopNode() throws IOException, InterruptedException;

    /** Ends the outage; returns when the broker takes connections again. */
    void startNode() throws IOException, InterruptedException;

    default BrokerConfig config(QueueMode queueMode) {
        return new BrokerConfig(host(), port(), "/", "guest", "guest", queueMode);
    }

    @Override
    void close() throws IOException;
}
