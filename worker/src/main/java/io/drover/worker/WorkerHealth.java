package io.drover.worker;

import io.drover.messages.api.HealthDocument;
import io.drover.messages.time.Clock;
import io.drover.schema.StoreProbe;
import io.drover.schema.worker.WorkerStore;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the worker can work: up when all of its loops run and none hangs, the database takes a write of this host and
 * the broker messages. It is asked from the worker's start on.
 */
final class WorkerHealth implements Supplier<HealthDocument> {
    private static final Optional<String> STARTING = Optional.of("the worker is starting");

    private final Clock clock;
    private final Supplier<Optional<String>> hanging;
    private final Supplier<Optional<String>> broker;
    private volatile @Nullable WorkerStore store;
    private volatile boolean ready;

    /**
     * @param hanging the name of a loop that hangs
     * @param broker why the broker cannot be used
     */
    WorkerHealth(Clock clock, Supplier<Optional<String>> hanging, Supplier<Optional<String>> broker) {
        this.clock = clock;
        this.hanging = hanging;
        this.broker = broker;
    }

    /** The database lets this worker in. */
    void admitted(WorkerStore opened) {
        store = opened;
    }

    /** Everything runs. */
    void ready() {
        ready = true;
    }

    @Override
    public HealthDocument get() {
        WorkerStore opened = store;
        return HealthDocument.of(
                clock.now(),
                ready ? hanging.get().map(HealthDocument::hangs) : STARTING,
                opened == null ? Optional.of("waited for") : StoreProbe.trouble(opened::ping),
                ready ? broker.get() : STARTING);
    }
}
