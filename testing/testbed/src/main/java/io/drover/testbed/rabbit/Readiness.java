package io.drover.testbed.rabbit;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.drover.messages.time.SystemClock;
import io.drover.messages.time.Wait;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Waits until a broker lets a client log in, which is later than its port being open. */
final class Readiness {
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final Duration POLL_EVERY = Duration.ofMillis(100);
    private static final int TIMEOUT_MS = 5_000;

    private Readiness() {}

    /** False when it did not come up in time, or {@code dead} says that it never will. */
    static boolean await(String host, int port, BooleanSupplier dead) throws InterruptedException {
        var wait = new Wait(new SystemClock(), DEADLINE, POLL_EVERY);
        return wait.until(() -> dead.getAsBoolean() || answers(host, port)) && !dead.getAsBoolean();
    }

    static boolean answers(String host, int port) {
        var factory = new ConnectionFactory();
        factory.setHost(host);
        factory.setPort(port);
        factory.setAutomaticRecoveryEnabled(false);
        factory.setConnectionTimeout(TIMEOUT_MS);
        factory.setHandshakeTimeout(TIMEOUT_MS);
        try (Connection connection = factory.newConnection("readiness")) {
            return connection.isOpen();
        } catch (IOException | TimeoutException e) {
            return false;
        }
    }
}
