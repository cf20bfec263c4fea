package io.drover.schema.scheduler;

import io.drover.schema.StoreUnavailableException;
import java.time.Instant;

/** The fleet's load of the last thirty days, rolled up. */
@FunctionalInterface
public interface TelemetryHistory {
    /**
     * The slots that begin within {@code since} and before {@code until}, both at the beginning of a slot. What was
     * reported in the last few minutes may not be rolled up yet. Throws {@link StoreUnavailableException} when the
     * database does not answer.
     */
    LoadHistory load(Instant since, Instant until);
}
