package io.drover.testbed.postgres;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import io.drover.messages.time.Clock;
import io.drover.messages.time.Wait;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** PostgreSQL from an image, through Testcontainers; fails where no Docker engine answers. */
final class ContainerPostgres implements PostgresServer {
    private static final int PORT = 5432;
    private static final Duration START_LIMIT = Duration.ofSeconds(90);

    private final GenericContainer<?> container;
    private final int port;
    private final Clock clock;
    private boolean frozen;

    ContainerPostgres(String image, int port, Clock clock) {
        this.container = new GenericContainer<>(DockerImageName.parse(image));
        this.port = port;
        this.clock = clock;
    }

    @Override
    public void start() {
        if (frozen) {
            container
                    .getDockerClient()
                    .unpauseContainerCmd(container.getContainerId())
                    .exec();
            frozen = false;
        } else {
            container.withCreateContainerCmdModifier(this::bindToLoopback).start();
        }
    }

    /** A port chosen by us: it stays the same when the container is frozen, and nobody outside can reach it. */
    private void bindToLoopback(CreateContainerCmd command) {
        HostConfig given = command.getHostConfig();
        HostConfig config = given == null ? new HostConfig() : given;
        command.withHostConfig(config.withPortBindings(PortBinding.parse("127.0.0.1:" + port + ":" + PORT)));
    }

    @Override
    public boolean awaitReady(BooleanSupplier answers) {
        try {
            return new Wait(clock, START_LIMIT, Duration.ofMillis(100)).until(answers::getAsBoolean);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void interrupt() {
        container
                .getDockerClient()
                .pauseContainerCmd(container.getContainerId())
                .exec();
        frozen = true;
    }

    @Override
    public String tail() {
        return container.getLogs();
    }

    @Override
    public void close() {
        if (frozen) {
            start();
        }
        container.stop();
    }
}
