package io.drover.scheduler.control;

import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a task says when nobody said otherwise.
 *
 * @param algorithm replication algorithm for every disk; only its shape is known here, the worker refuses unknown names
 * @param deadline how long after submission a migration is given up; zero: never
 */
public record TaskDefaults(String algorithm, Duration deadline) {
    private static final Pattern ALGORITHM = Pattern.compile("[a-z][a-z0-9-]{0,30}");

    public TaskDefaults {
        if (!isAlgorithmName(algorithm)) {
            throw new IllegalArgumentException("algorithm: '" + algorithm + "' does not match " + ALGORITHM);
        }
        if (deadline.isNegative()) {
            throw new IllegalArgumentException("deadline: is negative");
        }
    }

    public static boolean isAlgorithmName(String text) {
        return ALGORITHM.matcher(text).matches();
    }

    @Nullable
    Instant deadlineFrom(Instant now) {
        return deadline.isZero() ? null : now.plus(deadline);
    }
}
