package io.drover.scheduler.quartz;

import java.time.Duration;
import java.time.Instant;

/**
 * Something to be done every so often by one of the schedulers.
 *
 * @param name of the job in Quartz's tables
 * @param onMisfire what becomes of firings that nobody was there for
 * @param work must be short and idempotent: after a crash it is done again with the same instant
 */
public record PeriodicJob(String name, Duration period, OnMisfire onMisfire, Work work) {
    public PeriodicJob {
        if (period.toMillis() < 100) {
            throw new IllegalArgumentException("period: " + period + " is below 0.1 s");
        }
    }

    /** What is done at one instant of the schedule, which is the same whoever does it. */
    @FunctionalInterface
    public interface Work {
        void run(Instant scheduledAt);
    }

    /** What a scheduler does that finds firings in the past. */
    public enum OnMisfire {
        /** Waits for the next regular one: a look at the present gains nothing from being late. */
        SKIP,
        /** Makes up for them once, at once. */
        CATCH_UP_ONCE
    }
}
