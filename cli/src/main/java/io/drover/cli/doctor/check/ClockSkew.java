package io.drover.cli.doctor.check;

import java.time.Duration;
import java.time.Instant;

/** How far another clock is from this one: as far as is certain, whatever time the question took. */
public final class ClockSkew {
    /** Logs and times of migrations are compared over hosts. */
    private static final Duration NOTICED = Duration.ofSeconds(2);
    /** From here on a host's telemetry is refused, and young certificates are not yet good. */
    private static final Duration HARMFUL = Duration.ofSeconds(30);

    private static final String REMEDY = "let all hosts keep time: apt install chrony; timedatectl shows the state";

    private ClockSkew() {}

    /**
     * Judges an answer.
     *
     * @param before when it was asked for, by this clock
     * @param other the other clock's time, somewhere between the question and the answer
     * @param after when it was there, by this clock
     */
    public static Finding of(String whose, Instant before, Instant other, Instant after) {
        Duration skew = skew(before, other, after);
        String found = text(whose, skew);
        if (skew.abs().compareTo(HARMFUL) >= 0) {
            return Finding.fail(found, REMEDY);
        }
        return skew.abs().compareTo(NOTICED) >= 0 ? Finding.warn(found, REMEDY) : Finding.ok(found);
    }

    private static Duration skew(Instant before, Instant other, Instant after) {
        if (other.isBefore(before)) {
            return Duration.between(before, other);
        }
        return other.isAfter(after) ? Duration.between(after, other) : Duration.ZERO;
    }

    private static String text(String whose, Duration skew) {
        if (skew.abs().compareTo(Duration.ofMillis(100)) < 0) {
            return "the clock of " + whose + " and this one agree";
        }
        double seconds = skew.abs().toMillis() / 1000.0;
        return "the clock of " + whose + " is " + seconds + " s " + (skew.isNegative() ? "behind" : "ahead of")
                + " this one";
    }
}
