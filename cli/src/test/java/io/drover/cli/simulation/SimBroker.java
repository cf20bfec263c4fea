package io.drover.cli.simulation;

import io.drover.messages.HostId;
import io.drover.messages.InvalidMessageException;
import io.drover.messages.bus.Routing;
import io.drover.messages.bus.RpcHandler;
import io.drover.messages.bus.RpcOutcome;
import io.drover.messages.bus.TaskBus;
import io.drover.messages.oslo.OsloCodec;
import io.drover.messages.oslo.RpcRequest;
import io.drover.worker.sim.control.SimFleet;
import io.drover.worker.sim.control.SimWorld;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Durable queues in memory. What was confirmed is never lost; a confirmation or an acknowledgement may be, and then the
 * message comes twice.
 */
final class SimBroker implements TaskBus, SimFleet.Feed {
    private static final Duration LISTEN = Duration.ofSeconds(5);

    private final SimWorld world;
    private final Map<String, Deque<Message>> queues = new TreeMap<>();
    private final Set<String> taken = new HashSet<>();
    private Consumer<HostId> onTaken = host -> {};
    private double loses;
    private boolean up = true;

    /** {@code severity} 0 loses no confirmation and no acknowledgement. */
    SimBroker(SimWorld world, double severity) {
        this.world = world;
        this.loses = 0.06 * severity;
    }

    private record Message(String id, String body) {}

    boolean up() {
        return up;
    }

    void up(boolean isUp) {
        world.note(isUp ? "the broker is back" : "the broker is away");
        up = isUp;
    }

    void quiet() {
        up = true;
        loses = 0;
    }

    /** To be told of each message a host's worker has taken over, before anything follows from it. */
    void onTaken(Consumer<HostId> action) {
        onTaken = action;
    }

    /** Whether a worker has taken the message over. */
    boolean taken(String messageId) {
        return taken.contains(messageId);
    }

    boolean empty() {
        return queues.values().stream().allMatch(Deque::isEmpty);
    }

    @Override
    public boolean publish(String exchange, String routingKey, String messageId, String body) {
        world.step();
        if (!up) {
            world.pause(world.millis(1, 300));
            return false;
        }
        if (!routingKey.startsWith("notifications.")) { // nobody listens to those here
            queue(routingKey).add(new Message(messageId, body));
        }
        world.step();
        boolean confirmed = up && !world.chance(loses);
        if (!confirmed) {
            world.count("arrived without a confirmation");
        }
        return confirmed;
    }

    private Deque<Message> queue(String routingKey) {
        return queues.computeIfAbsent(routingKey, key -> new ArrayDeque<>());
    }

    @Override
    public void open(HostId host, BooleanSupplier life, RpcHandler handler) {
        Deque<Message> queue = queue(Routing.worker(host));
        world.spawn(life, () -> consume(host, queue, handler));
    }

    /** Ends with the life of the worker. */
    private void consume(HostId host, Deque<Message> queue, RpcHandler handler) {
        while (true) {
            if (world.await(() -> up && !queue.isEmpty(), LISTEN)) {
                world.pause(world.chance(0.1) ? world.millis(1, 3000) : world.millis(0, 30));
                deliver(host, queue, handler);
            }
        }
    }

    private void deliver(HostId host, Deque<Message> queue, RpcHandler handler) {
        Message message = queue.peek();
        if (message == null || !up) {
            return;
        }
        switch (handler.handle(decode(message))) {
            case RpcOutcome.Answered _ -> {
                taken.add(message.id());
                if (up && !world.chance(loses)) {
                    queue.remove(message);
                }
                onTaken.accept(host);
            }
            case RpcOutcome.HoldAndRetry _ -> {
                world.count("held while the database was away");
                world.pause(world.millis(100, 1000));
            }
            case RpcOutcome.Failed failed ->
                throw world.violation(host + " refuses " + message + ": " + failed.failure());
        }
    }

    private RpcRequest decode(Message message) {
        try {
            return OsloCodec.decodeRequest(message.body().getBytes(StandardCharsets.UTF_8));
        } catch (InvalidMessageException e) {
            throw world.violation("not understood: " + message + ": " + e.getMessage());
        }
    }
}
