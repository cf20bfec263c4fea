package io.drover.scheduler.control;

import io.drover.messages.time.Clock;
import io.drover.schema.scheduler.SchedulerStore;

/** Keeps the telemetry and the outbox small. */
public final class Retention {
    private final SchedulerStore store;
    private final Clock clock;

    public Retention(SchedulerStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    public void run() {
        store.retain(clock.now());
    }
}
