package io.drover.scheduler.balancing;

import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Rules;
import io.drover.scheduler.cluster.Sample;
import io.drover.scheduler.cluster.Vm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * A host over the high mark in k of its last n samples.
 *
 * @param held the level those samples reached
 */
record Overload(Host host, Rules rules, Load held, boolean cpu, boolean memory) {

    static Optional<Overload> of(Host host, Rules rules) {
        Load held = Load.held(host, rules);
        boolean cpu = held.cpuFraction(host) > rules.high();
        boolean memory = held.memoryFraction(host) > rules.high();
        return cpu || memory ? Optional.of(new Overload(host, rules, held, cpu, memory)) : Optional.empty();
    }

    /** The fraction of the overloaded dimension; the worse one when both are. */
    double fraction(Load load) {
        double ofCpu = cpu ? load.cpuFraction(host) : 0;
        double ofMemory = memory ? load.memoryFraction(host) : 0;
        return Math.max(ofCpu, ofMemory);
    }

    /** Whether the host, at this load, is at or below the mark in what overloads it. */
    boolean below(double mark, Load load) {
        return fraction(load) <= mark;
    }

    /** The fraction of the host's capacity, in the dimension that overloads it most, that the machine stands for. */
    double share(Vm vm) {
        return fraction(new Load(vm.cpuCores(), vm.residentBytes()));
    }

    String text() {
        List<String> parts = new ArrayList<>();
        if (cpu) {
            parts.add(Amounts.cpu(held.cpuCores(), host)
                    + in(sample -> Load.fraction(sample.cpuCores(), host.cpuCores())));
        }
        if (memory) {
            parts.add(Amounts.memory(held.memoryBytes(), host)
                    + in(sample -> Load.fraction((double) sample.memoryBytes(), (double) host.memoryBytes())));
        }
        return host.id() + " is overloaded: " + String.join(" and ", parts) + ", over " + Amounts.percent(rules.high());
    }

    private String in(ToDoubleFunction<Sample> fraction) {
        long over = host.samples().stream()
                .filter(sample -> fraction.applyAsDouble(sample) > rules.high())
                .count();
        return " in " + over + " of the last " + host.samples().size() + " samples";
    }
}
