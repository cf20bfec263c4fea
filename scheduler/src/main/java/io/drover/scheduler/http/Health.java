package io.drover.scheduler.http;

import io.drover.messages.api.HealthDocument;
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

    /**
     * @param brokerTrouble why a message is not confirmed at the moment; empty when one was
     * @param hanging the name of a loop that hangs
     */
    public Health(SchedulerStore store, Supplier<Optional<String>> brokerTrouble, Supplier<Optional<String>> hanging) {
        this.store = store;
        this.brokerTrouble = brokerTrouble;
        this.hanging = hanging;
    }

    @Override
    public HealthDocument get() {
        return HealthDocument.of(
                hanging.get().map(HealthDocument::hangs), StoreProbe.trouble(store::ping), brokerTrouble.get());
    }
}
