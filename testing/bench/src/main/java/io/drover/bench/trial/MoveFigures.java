package io.drover.bench.trial;

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
public final class MoveFigures {
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
    public MoveFigures(Clock clock, Duration limit) {
        this.clock = clock;
        this.asked = clock.elapsed();
        this.begun = asked;
        this.end = asked.plus(limit);
    }

    /** Both QEMUs were up at this time. */
    public void begunAt(Duration at) {
        begun = at;
    }

    public void phase(String name, Duration took) {
        phases.put(name, took.toMillis() / 1000.0);
    }

    /** A figure of its own that only some moves have, by its name in the results. */
    public void figure(String name, Number value) {
        figures.put(name, value);
    }

    /** The guest ran before, from both hosts; from now on the destination has everything. */
    public void pulledAt(Duration at) {
        pulledAt = at;
    }

    public void problem(String text) {
        problems.add(text);
    }

    /** The guest runs on the destination, which has everything. */
    public void done() {
        over = true;
    }

    public boolean late() {
        return lateBy(Duration.ZERO);
    }

    public boolean lateBy(Duration more) {
        return clock.elapsed().compareTo(end.plus(more)) > 0;
    }

    public boolean converged() {
        return over;
    }

    public Duration begun() {
        return begun;
    }

    public double prepareSeconds() {
        return begun.minus(asked).toMillis() / 1000.0;
    }

    public Optional<Duration> pulledAt() {
        return Optional.ofNullable(pulledAt);
    }

    public Map<String, Number> figures() {
        return figures;
    }

    public Map<String, Double> phases() {
        return phases;
    }

    public List<String> problems() {
        return problems;
    }
}
