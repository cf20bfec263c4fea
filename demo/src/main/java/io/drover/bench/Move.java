package io.drover.bench;

import io.drover.messages.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a contender's move was like, written while it goes on. Not for several threads. */
final class Move {
    private final Clock clock;
    private final Duration asked;
    private final Duration end;
    private final Map<String, Double> phases = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
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

    void problem(String text) {
        problems.add(text);
    }

    /** The guest runs on the destination, which has everything. */
    void done() {
        over = true;
    }

    boolean late() {
        return clock.elapsed().compareTo(end) > 0;
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

    Map<String, Double> phases() {
        return phases;
    }

    List<String> problems() {
        return problems;
    }
}
