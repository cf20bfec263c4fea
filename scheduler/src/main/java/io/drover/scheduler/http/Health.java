package io.drover.scheduler.http;

import io.drover.schema.StoreUnavailableException;
import io.drover.schema.scheduler.SchedulerStore;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the scheduler can work: 200 when database and broker answer, else 503 and which of them does not.
 */
public final class Health {
    private static final String UP = "up";
    private static final String DOWN = "down";

    private final SchedulerStore store;
    private final BooleanSupplier brokerConnected;

    public Health(SchedulerStore store, BooleanSupplier brokerConnected) {
        this.store = store;
        this.brokerConnected = brokerConnected;
    }

    ApiResponse response() {
        Part database = database();
        Part broker = new Part(brokerConnected.getAsBoolean() ? UP : DOWN, null);
        boolean up = database.status().equals(UP) && broker.status().equals(UP);
        return ApiResponse.json(up ? 200 : 503, new Report(up ? UP : DOWN, database, broker));
    }

    private Part database() {
        try {
            store.ping();
            return new Part(UP, null);
        } catch (StoreUnavailableException e) {
            return new Part(DOWN, e.getMessage());
        }
    }

    record Report(String status, Part database, Part broker) {}

    record Part(String status, @Nullable String message) {}
}
