package io.drover.messages.amqp;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says that the broker is away and that it is back: once each, and each cause once. Used by one thread. */
final class BrokerOutage {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerSupervisor.class);
    private static final int CAUSES_MAX = 20;

    private final String address;
    private final String name;
    private final Set<String> said = new HashSet<>();
    private @Nullable Long sinceNanos;

    BrokerOutage(String address, String name) {
        this.address = address;
        this.name = name;
    }

    void because(String cause) {
        if (sinceNanos == null) {
            sinceNanos = System.nanoTime();
        }
        if (said.size() < CAUSES_MAX && said.add(cause)) {
            LOG.warn("RabbitMQ at {} is away: {}; trying again until it is back", address, cause);
        }
    }

    void over() {
        if (sinceNanos == null) {
            LOG.info("connected to RabbitMQ at {} as {}", address, name);
        } else {
            long seconds = Duration.ofNanos(System.nanoTime() - sinceNanos).toSeconds();
            LOG.info("connected to RabbitMQ at {} as {} after {} s", address, name, seconds);
        }
        sinceNanos = null;
        said.clear();
    }
}
