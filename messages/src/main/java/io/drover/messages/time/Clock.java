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

    /** Waits until the condition holds; false when it did not within {@code limit}. */
    default boolean await(BooleanSupplier condition, Duration limit, Duration pollEvery) throws InterruptedException {
        Duration end = elapsed().plus(limit);
        while (!condition.getAsBoolean()) {
            if (elapsed().compareTo(end) >= 0) {
                return false;
            }
            sleep(pollEvery);
        }
        return true;
    }
}
