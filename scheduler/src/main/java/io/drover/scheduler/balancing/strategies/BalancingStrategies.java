package io.drover.scheduler.balancing.strategies;

import io.drover.scheduler.balancing.BalancingStrategy;
import io.drover.scheduler.balancing.leastbytes.LeastBytes;
import io.drover.scheduler.balancing.priced.PricedMoves;
import java.util.List;

/** Every strategy there is, by name; a new one is a file of its own and a line here. */
public final class BalancingStrategies {
    private static final List<BalancingStrategy> ALL = List.of(new PricedMoves(), new LeastBytes());

    private BalancingStrategies() {}

    public static List<BalancingStrategy> all() {
        return ALL;
    }

    public static List<String> names() {
        return ALL.stream().map(BalancingStrategy::name).toList();
    }

    /** Throws {@link IllegalArgumentException} that lists the known names. */
    public static BalancingStrategy named(String name) {
        return ALL.stream()
                .filter(strategy -> strategy.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "strategy: unknown '" + name + "'; known are " + String.join(", ", names())));
    }
}
