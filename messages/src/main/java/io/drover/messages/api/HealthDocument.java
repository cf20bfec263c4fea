package io.drover.messages.api;

import io.drover.messages.ProgramVersion;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a program can work, {@code GET /health}.
 *
 * @param status {@code up} when all parts are, else {@code down}
 * @param version of the program, for example {@code 0.1.0 (commit 2d7a953)}
 * @param now the program's clock
 * @param loops whether the program's own loops do their work
 */
public record HealthDocument(String status, String version, Instant now, Part loops, Part database, Part broker) {
    private static final String UP = "up";
    private static final String DOWN = "down";

    /** What it needs; {@code message} says why it is {@code down}. */
    public record Part(String status, @Nullable String message) {
        private static Part of(Optional<String> trouble) {
            return new Part(trouble.isEmpty() ? UP : DOWN, trouble.orElse(null));
        }

        /** Whether it is up. */
        public boolean works() {
            return status.equals(UP);
        }
    }

    /** Of what keeps each part from working, for people; empty: nothing does. */
    public static HealthDocument of(
            Instant now, Optional<String> loops, Optional<String> database, Optional<String> broker) {
        boolean up = Stream.of(loops, database, broker).allMatch(Optional::isEmpty);
        return new HealthDocument(
                up ? UP : DOWN,
                ProgramVersion.current().toString(),
                now,
                Part.of(loops),
                Part.of(database),
                Part.of(broker));
    }

    /** What is said of a loop that hangs. */
    public static String hangs(String loop) {
        return "the loop of " + loop + " hangs";
    }

    /** Whether all of it is up. */
    public boolean works() {
        return status.equals(UP);
    }
}
