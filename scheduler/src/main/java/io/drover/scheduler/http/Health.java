package io.drover.scheduler.http;

import io.drover.messages.ProgramVersion;
import io.drover.messages.api.HealthDocument;
import io.drover.messages.api.HealthDocument.Part;
import io.drover.messages.time.Clock;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.scheduler.SchedulerStore;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the scheduler can work: 200 when the database has committed and the broker confirmed something just now, else
 * 503, which of them did not, and why.
 */
public final class Health {
    private static final String UP = "up";
    private static final String DOWN = "down";
    private static final Part WORKS = new Part(UP, null);

    private final SchedulerStore store;
    private final Supplier<Optional<String>> brokerTrouble;
    private final Clock clock;

    /** {@code brokerTrouble}: why a message is not confirmed at the moment; empty when one was. */
    public Health(SchedulerStore store, Supplier<Optional<String>> brokerTrouble, Clock clock) {
        this.store = store;
        this.brokerTrouble = brokerTrouble;
        this.clock = clock;
    }

    ApiResponse response() {
        Part database = database();
        Part broker = brokerTrouble.get().map(Health::down).orElse(WORKS);
        boolean up = database.status().equals(UP) && broker.status().equals(UP);
        String version = ProgramVersion.current().toString();
        var document = new HealthDocument(up ? UP : DOWN, version, clock.now(), database, broker);
        return ApiResponse.json(up ? 200 : 503, document);
    }

    private Part database() {
        try {
            store.ping();
            return WORKS;
        } catch (StoreUnavailableException e) {
            return down(e.getMessage());
        } catch (IllegalStateException e) {
            // It answers and refuses: for a caller that is the same.
            return down(e.getMessage());
        }
    }

    private static Part down(@Nullable String why) {
        return new Part(DOWN, why);
    }
}
