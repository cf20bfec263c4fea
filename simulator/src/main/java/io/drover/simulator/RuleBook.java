package io.drover.simulator;

import io.drover.simulator.honest.HonestRules;
import io.drover.simulator.stock.StockRules;
import java.util.List;
import java.util.Optional;

/** Every set of rules there is. */
public final class RuleBook {
    private static final List<SimulationRules> ALL = List.of(new StockRules(), new HonestRules());

    private RuleBook() {}

    /** All of them. */
    public static List<SimulationRules> all() {
        return ALL;
    }

    /** The rules of this name. */
    public static Optional<SimulationRules> named(String name) {
        return ALL.stream().filter(rules -> rules.name().equals(name)).findFirst();
    }
}
