package io.drover.scheduler.control;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Counts decisions and what was submitted. Every value of a label is there from the start. */
final class DispatchMeters {
    /** What became of a decision's moves. */
    enum Moves {
        /** There were none. */
        NO,
        /** They were submitted. */
        YES,
        /** They wait for a person. */
        PROPOSED,
        /** They were only recorded. */
        SHADOW
    }

    private final Map<Moves, Counter> decisions = new EnumMap<>(Moves.class);
    private final Counter submitted;
    private final Counter refused;

    DispatchMeters(MeterRegistry meters) {
        for (Moves moves : Moves.values()) {
            decisions.put(
                    moves,
                    Counter.builder("drover.decisions")
                            .description("Decisions that this scheduler stored, by what became of their moves.")
                            .tag("moves", moves.name().toLowerCase(Locale.ROOT))
                            .register(meters));
        }
        submitted = Counter.builder("drover.migrations.submitted")
                .description("Migrations that this scheduler submitted.")
                .register(meters);
        refused = Counter.builder("drover.migrations.refused")
                .description("Migrations that this scheduler submitted and the database refused.")
                .register(meters);
    }

    void decided(Moves moves) {
        Objects.requireNonNull(decisions.get(moves)).increment();
    }

    void submitted(int taken, int turnedDown) {
        submitted.increment(taken);
        refused.increment(turnedDown);
    }
}
