package io.drover.scheduler.bus;

import io.drover.messages.amqp.BrokerConfig;
import io.drover.messages.amqp.BrokerProbe;
import io.drover.messages.amqp.BrokerSupervisor;
import io.drover.messages.amqp.ConfirmedPublisher;
import io.drover.messages.amqp.RpcServer;
import io.drover.messages.amqp.TelemetryConsumer;
import io.drover.messages.bus.BusRights;
import io.drover.messages.oslo.RpcApi;
import io.drover.messages.time.Backoff;
import io.drover.scheduler.control.TelemetryIntake;
import io.drover.schema.scheduler.SchedulerStore.OutboxMessage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything a scheduler has on RabbitMQ: one connection with publisher, requests and telemetry. */
public final class SchedulerBus implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SchedulerBus.class);
    private static final Duration CONFIRM_WITHIN = Duration.ofSeconds(10);
    private static final int REQUESTS_PREFETCH = 10;
    /** Some minutes of a fleet of hundreds; what a scheduler could not read by then misleads it. */
    private static final int REPORTS_MAX = 10_000;

    private final BusRights rights;
    private final ConfirmedPublisher publisher = new ConfirmedPublisher(CONFIRM_WITHIN);
    private final BrokerProbe probe = new BrokerProbe();
    private final BrokerSupervisor supervisor;

    /** Does nothing before {@link #start}. */
    public SchedulerBus(
            BrokerConfig config,
            BusRights rights,
            String name,
            RandomGenerator random,
            RequestHandler requests,
            TelemetryIntake telemetry) {
        this.rights = rights;
        Backoff backoff = Backoff.standard(random);
        var server = new RpcServer(RpcApi.SCHEDULER, rights, name, REQUESTS_PREFETCH, backoff, requests);
        var loads = new TelemetryConsumer(name, REPORTS_MAX, backoff, telemetry::take);
        this.supervisor = new BrokerSupervisor(
                config, "drover-scheduler " + name, backoff, List.of(publisher, server, loads, probe));
    }

    /** Returns at once; a broker that is away is waited for. */
    public void start() {
        if (!rights.checked()) {
            LOG.warn("rabbit.senders = unchecked-insecure: whoever may publish on the bus moves every VM");
        }
        supervisor.start();
    }

    /** Whether there is a connection and the broker takes messages from it. */
    public boolean ready() {
        return supervisor.trouble().isEmpty();
    }

    /** Has the broker confirm a message, within seconds; why it did not, or empty. */
    public Optional<String> trouble() {
        return supervisor.trouble().or(probe::trouble);
    }

    /** Why nothing can be published at the moment; asks nobody. */
    public Optional<String> outage() {
        return supervisor.trouble();
    }

    /** How many messages wait in a queue; empty: not known. Asks the broker. */
    public OptionalLong waiting(String queue) {
        return supervisor.waiting(queue);
    }

    /** True when the broker has the message in a queue. */
    public boolean publish(OutboxMessage message) {
        return publisher.publish(message.exchange(), message.routingKey(), message.messageId(), message.body());
    }

    @Override
    public void close() {
        supervisor.close();
    }
}
