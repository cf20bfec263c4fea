package io.drover.messages.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The lengths of the queues that a program reads; asked of the broker by {@link #look}, and not by a scrape. */
public final class QueueMeters {
    private final Function<String, OptionalLong> waiting;
    private final List<String> queues;
    private final Map<String, Double> lengths = new ConcurrentHashMap<>();

    /** {@code waiting} asks the broker how many messages are in a queue; empty: not known. */
    public QueueMeters(MeterRegistry meters, List<String> queues, Function<String, OptionalLong> waiting) {
        this.waiting = waiting;
        this.queues = List.copyOf(queues);
        for (String queue : queues) {
            Gauge.builder("drover.queue.messages", () -> lengths.getOrDefault(queue, Double.NaN))
                    .description("Messages that wait in a queue of RabbitMQ; NaN while it is not known.")
                    .tag("queue", queue)
                    .register(meters);
        }
    }

    public void look() {
        for (String queue : queues) {
            OptionalLong length = waiting.apply(queue);
            if (length.isPresent()) {
                lengths.put(queue, (double) length.getAsLong());
            } else {
                lengths.remove(queue);
            }
        }
    }
}
