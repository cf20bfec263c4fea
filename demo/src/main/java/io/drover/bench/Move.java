package io.drover.bench;

import io.drover.messages.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a contender's move was like, written while it goes on. Not for several threads. */
final class Move {
    private final Clock clock;
    private final Duration asked;
    private final Duration end;
    private final Map<String, Double> phases = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private final Map<String, Number> figures = new TreeMap<>();
    private @Nullable Duration pulledAt;
    private Duration begun;
    private boolean over;

    /** Asked for now, to be over within {@code limit}. */
    Move(Clock clock, Duration limit) {
        this.clock = clock;
        this.asked = clock.elapsed();
        this.begun = asked;
        this.end = asked.plus(limit);
    }

    /** Both QEMUs were up at this time. */
    void begunAt(Duration at) {
        begun = at;
    }

    void phase(String name, Duration took) {
        phases.put(name, took.toMillis() / 1000.0);
    }

    /** A figure of its own that only some moves have, by its name in the results. */
    void figure(String name, Number value) {
        figures.put(name, value);
    }

    /** The guest ran before, from both hosts; from now on the destination has everything. */
    void pulledAt(Duration at) {
        pulledAt = at;
    }

    void problem(String text) {
        problems.add(text);
    }

    /** The guest runs on the destination, which has everything. */
    void done() {
        over = true;
    }

    boolean late() {
        return lateBy(Duration.ZERO);
    }

    boolean lateBy(Duration more) {
        return clock.elapsed().compareTo(end.plus(more)) > 0;
    }

    boolean converged() {
        return over;
    }

    Duration begun() {
        return begun;
    }

    double prepareSeconds() {
        return begun.minus(asked).toMillis() / 1000.0;
    }

    Optional<Duration> pulledAt() {
        return Optional.ofNullable(pulledAt);
    }

    Map<String, Number> figures() {
        return figures;
    }

    Map<String, Double> phases() {
        return phases;
    }

    List<String> problems() {
        return problems;
    }
}
