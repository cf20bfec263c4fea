package io.drover.scheduler.http;

import io.drover.messages.api.HealthDocument;
import io.drover.messages.time.Clock;
import io.drover.schema.StoreProbe;
import io.drover.schema.scheduler.SchedulerStore;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Whether the scheduler can work: up when no loop of it hangs, the database has committed and the broker confirmed
 * something just now; else which of them did not, and why.
 */
public final class Health implements Supplier<HealthDocument> {
    private final SchedulerStore store;
    private final Supplier<Optional<String>> brokerTrouble;
    private final Supplier<Optional<String>> hanging;
    private final Clock clock;

    /**
     * @param brokerTrouble why a message is not confirmed at the moment; empty when one was
     * @param hanging the name of a loop that hangs
     */
    public Health(
            SchedulerStore store,
            Supplier<Optional<String>> brokerTrouble,
            Supplier<Optional<String>> hanging,
            Clock clock) {
        this.store = store;
        this.brokerTrouble = brokerTrouble;
        this.hanging = hanging;
        this.clock = clock;
    }

    @Override
    public HealthDocument get() {
        return HealthDocument.of(
                clock.now(),
                hanging.get().map(HealthDocument::hangs),
                StoreProbe.trouble(store::ping),
                brokerTrouble.get());
    }
}
