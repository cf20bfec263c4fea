package io.drover.messages.amqp;

import io.drover.messages.bus.Routing;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A queue, how it is made, and the keys by which the exchange {@code drover} reaches it.
 *
 * @param exclusive belongs to one connection and goes with it
 * @param bindings routing keys
 */
record QueueSpec(String name, boolean durable, boolean exclusive, Map<String, Object> arguments, Set<String> bindings) {
    /** Rejected messages are kept for people; the oldest go first. */
    private static final int REJECTED_MAX = 10_000;

    QueueSpec {
        arguments = Map.copyOf(arguments);
        bindings = Set.copyOf(bindings);
    }

    /** A queue of requests. What the broker itself gives up on (its delivery limit) goes to the rejected messages. */
    static QueueSpec requests(String name, QueueMode mode) {
        var arguments = new HashMap<>(mode.arguments());
        arguments.put("x-dead-letter-exchange", "");
        arguments.put("x-dead-letter-routing-key", Routing.REJECTED_QUEUE);
        return new QueueSpec(name, mode.durable(), false, arguments, Set.of(name));
    }

    static QueueSpec rejected(QueueMode mode) {
        var arguments = new HashMap<>(mode.arguments());
        arguments.put("x-max-length", REJECTED_MAX);
        return new QueueSpec(Routing.REJECTED_QUEUE, mode.durable(), false, arguments, Set.of());
    }

    /**
     * Notifications wait here for their first listener. Shared with other services, so without arguments of ours: bound
     * it by policy.
     */
    static QueueSpec notifications(String name, QueueMode mode) {
        return new QueueSpec(name, mode.durable(), false, mode.arguments(), Set.of(name));
    }

    /** Telemetry for one reader, worth nothing once it is old. */
    static QueueSpec loads(String name, int lengthMax) {
        Map<String, Object> arguments = Map.of("x-max-length", lengthMax, "x-overflow", "drop-head");
        return new QueueSpec(name, false, true, arguments, Set.of("load.*"));
    }
}
