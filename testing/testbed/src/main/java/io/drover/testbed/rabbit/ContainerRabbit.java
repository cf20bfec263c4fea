package io.drover.testbed.rabbit;

import java.io.IOException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/** A broker in a container; fails where no Docker engine answers. */
final class ContainerRabbit implements TestRabbit {
    private static final int AMQP_PORT = 5672;
    private static final String DEFINITIONS = "/tmp/definitions.json";

    private final GenericContainer<?> container;

    private ContainerRabbit(GenericContainer<?> container) {
        this.container = container;
    }

    static ContainerRabbit startNew(Definitions definitions) throws IOException, InterruptedException {
        String image = System.getProperty("drover.rabbitmq.image", "drover-rabbitmq:3.10");
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(image))
                .withExposedPorts(AMQP_PORT)
                // A client outside the container does not come over its loopback.
                .withEnv("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-rabbit loopback_users [] +S 1:1");
        container.start();
        var rabbit = new ContainerRabbit(container);
        try {
            rabbit.awaitReady();
            container.copyFileToContainer(Transferable.of(definitions.json()), DEFINITIONS);
            rabbit.control("import_definitions", DEFINITIONS);
            return rabbit;
        } catch (IOException | InterruptedException e) {
            rabbit.close();
            throw e;
        }
    }

    @Override
    public String host() {
        return container.getHost();
    }

    @Override
    public int port() {
        return container.getMappedPort(AMQP_PORT);
    }

    @Override
    public int tlsPort() {
        throw new IllegalStateException("a container has no certificate");
    }

    /** Stops the broker inside the container: a container that is started again gets another port. */
    @Override
    public void stopNode() throws IOException, InterruptedException {
        control("stop_app");
    }

    @Override
    public void startNode() throws IOException, InterruptedException {
        control("start_app");
        awaitReady();
    }

    @Override
    public void control(String... arguments) throws IOException, InterruptedException {
        String verb = String.join(" ", arguments);
        // Debian's wrapper becomes the user rabbitmq; an image that runs the server as another user needs the tool
        // itself.
        String either = "/usr/lib/rabbitmq/bin/rabbitmqctl " + verb + " || rabbitmqctl " + verb;
        var result = container.execInContainer("sh", "-c", either);
        if (result.getExitCode() != 0) {
            throw new IOException("rabbitmqctl " + verb + ": " + result.getStdout() + result.getStderr());
        }
    }

    private void awaitReady() throws IOException, InterruptedException {
        if (!Readiness.await(host(), port(), () -> !container.isRunning())) {
            throw new IOException("RabbitMQ does not answer:\n" + container.getLogs());
        }
    }

    @Override
    public void close() {
        container.stop();
    }
}
