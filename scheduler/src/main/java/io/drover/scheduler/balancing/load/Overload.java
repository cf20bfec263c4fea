package io.drover.scheduler.balancing.load;

import io.drover.scheduler.balancing.Dimension;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Rules;
import io.drover.scheduler.cluster.Vm;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A host over the high mark in k of its last n samples.
 *
 * @param held the level those samples reached
 * @param over what it is over the mark in
 */
public record Overload(Host host, Rules rules, Load held, Set<Dimension> over) {

    public static Optional<Overload> of(Host host, Rules rules) {
        Load held = Load.held(host, rules);
        var over = EnumSet.noneOf(Dimension.class);
        for (Dimension dimension : Dimension.values()) {
            if (held.fraction(dimension, host) > rules.high()) {
                over.add(dimension);
            }
        }
        return over.isEmpty() ? Optional.empty() : Optional.of(new Overload(host, rules, held, over));
    }

    /** The fraction of the overloaded dimension; the worst one when several are. */
    public double fraction(Load load) {
        return over.stream()
                .mapToDouble(dimension -> load.fraction(dimension, host))
                .max()
                .orElse(0);
    }

    /** Whether the host, at this load, is at or below the mark in what overloads it. */
    public boolean below(double mark, Load load) {
        return fraction(load) <= mark;
    }

    /** The fraction of the host's capacity, in the dimension that overloads it most, that the VM stands for. */
    public double share(Vm vm) {
        return fraction(Load.of(vm));
    }

    public String text() {
        return host.id() + " is overloaded: "
                + over.stream()
                        .map(dimension -> Amounts.load(held, dimension, host) + samplesOver(dimension))
                        .collect(Collectors.joining(" and "))
                + ", over " + Amounts.percent(rules.high());
    }

    private String samplesOver(Dimension dimension) {
        long count = host.samples().stream()
                .filter(sample -> Load.fraction(dimension.of(sample), dimension.capacity(host)) > rules.high())
                .count();
        return " in " + count + " of the last " + host.samples().size() + " samples";
    }
}
