package io.drover.messages.time;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/**
 * Time and waiting. Programs use {@link SystemClock}; the simulation runs the same code under a clock of its own, one
 * thread at a time.
 */
public interface Clock {
    /** Wall time, for people and for records; may jump. */
    Instant now();

    /** Monotonic time since an arbitrary start, for deadlines. */
    Duration elapsed();

    void sleep(Duration duration) throws InterruptedException;

    /**
     * Waits until a condition over this program's own memory holds; false when it did not within {@code limit}. Whatever
     * has to be asked of others is waited for by a {@link Wait}: the simulation looks at this condition after every event.
     */
    default boolean await(BooleanSupplier condition, Duration limit, Duration pollEvery) throws InterruptedException {
        return new Wait(this, limit, pollEvery).until(condition::getAsBoolean);
    }
}
