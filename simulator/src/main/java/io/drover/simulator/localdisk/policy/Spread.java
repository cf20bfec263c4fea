package io.drover.simulator.localdisk.policy;

import java.util.function.IntToDoubleFunction;

/** How far hosts' values lie apart. */
final class Spread {
    private Spread() {}

    static double mean(int hosts, IntToDoubleFunction value) {
        double sum = 0;
        for (int host = 0; host < hosts; host++) {
            sum += value.applyAsDouble(host);
        }
        return sum / hosts;
    }

    /** Standard deviation, of the population. */
    static double deviation(int hosts, IntToDoubleFunction value) {
        double mean = mean(hosts, value);
        return Math.sqrt(mean(hosts, host -> {
            double off = value.applyAsDouble(host) - mean;
            return off * off;
        }));
    }
}
