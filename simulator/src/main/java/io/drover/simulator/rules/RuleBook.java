package io.drover.simulator.rules;

import io.drover.simulator.SimulationRules;
import io.drover.simulator.cloudsim.CloudsimRules;
import io.drover.simulator.localdisk.LocalDiskRules;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every set of rules there is. */
public final class RuleBook {
    private static final List<SimulationRules> ALL = List.of(new CloudsimRules(), new LocalDiskRules());

    /** What the rules were called before, for one release. */
    private static final Map<String, String> OLD_NAMES = Map.of("stock", "cloudsim", "honest", "local-disk");

    private RuleBook() {}

    /** All of them. */
    public static List<SimulationRules> all() {
        return ALL;
    }

    /** The rules of this name, or of this old name. */
    public static Optional<SimulationRules> named(String name) {
        String today = OLD_NAMES.getOrDefault(name, name);
        return ALL.stream().filter(rules -> rules.name().equals(today)).findFirst();
    }
}
