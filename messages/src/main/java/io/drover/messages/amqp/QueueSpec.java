package io.drover.messages.amqp;

import io.drover.messages.bus.Routing;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A queue, how it is made, and how exchanges reach it.
 *
 * @param exclusive belongs to one connection and goes with it
 */
record QueueSpec(
        String name, boolean durable, boolean exclusive, Map<String, Object> arguments, Set<Binding> bindings) {
    /** Messages of an exchange with this routing key. */
    record Binding(String exchange, String key) {}

    /** Rejected messages are kept for people; the oldest go first. */
    private static final int REJECTED_MAX = 10_000;

    QueueSpec {
        arguments = Map.copyOf(arguments);
        bindings = Set.copyOf(bindings);
    }

    Set<String> exchanges() {
        return bindings.stream().map(Binding::exchange).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * A queue of requests. What the broker itself gives up on (its delivery limit) goes to the rejected messages, by the
     * exchange {@code drover_fleet}: over the default exchange who may write to one queue may write to all.
     */
    static QueueSpec requests(String name, QueueMode mode) {
        var arguments = new HashMap<>(mode.arguments());
        arguments.put("x-dead-letter-exchange", Routing.EXCHANGE);
        arguments.put("x-dead-letter-routing-key", Routing.REJECTED_QUEUE);
        return new QueueSpec(
                name,
                mode.durable(),
                false,
                arguments,
                Set.of(new Binding(Routing.EXCHANGE, name), new Binding(Routing.CONTROLLERS_EXCHANGE, name)));
    }

    static QueueSpec rejected(QueueMode mode) {
        var arguments = new HashMap<>(mode.arguments());
        arguments.put("x-max-length", REJECTED_MAX);
        return new QueueSpec(
                Routing.REJECTED_QUEUE,
                mode.durable(),
                false,
                arguments,
                Set.of(new Binding(Routing.EXCHANGE, Routing.REJECTED_QUEUE)));
    }

    /**
     * Notifications wait here for their first listener. Shared with other services, so without arguments of ours: bound
     * it by policy.
     */
    static QueueSpec notifications(String name, QueueMode mode) {
        return new QueueSpec(
                name, mode.durable(), false, mode.arguments(), Set.of(new Binding(Routing.EXCHANGE, name)));
    }

    /** Telemetry for one reader, worth nothing once it is old. */
    static QueueSpec loads(String name, int lengthMax) {
        Map<String, Object> arguments = Map.of("x-max-length", lengthMax, "x-overflow", "drop-head");
        return new QueueSpec(name, false, true, arguments, Set.of(new Binding(Routing.EXCHANGE, "load.*")));
    }
}
