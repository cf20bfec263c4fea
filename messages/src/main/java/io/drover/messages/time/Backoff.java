package io.drover.messages.time;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try: doubles from {@code min} to {@code max}, less up to a half at random, so that a
 * fleet does not come back to a restarted broker in step.
 */
public record Backoff(Duration min, Duration max, RandomGenerator random) {
    /** For a broker: 0.2 s to 10 s. */
    public static Backoff standard(RandomGenerator random) {
        return new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10), random);
    }

    /** The wait after that many failures in a row, from 1. */
    public Duration after(int failures) {
        double doubled = (double) min.toMillis() * Math.pow(2, Math.min(failures - 1, 30));
        double capped = Math.min(doubled, (double) max.toMillis());
        return Duration.ofMillis((long) (capped * (1 - random.nextDouble() / 2)));
    }
}
