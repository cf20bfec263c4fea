package io.drover.simulator.cloudsim.policy;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/**
 * Adaptive thresholds: the more a host's past load is spread, the more room it must keep (Beloglazov and Buyya 2012).
 */
final class Deviation implements OverloadCheck {
    /** Below this many samples the spread says nothing. */
    private static final int SAFE_SAMPLES = 12;

    private final double safety;
    private final ToDoubleFunction<double[]> spread;
    private final OverloadCheck fallback;

    private Deviation(double safety, ToDoubleFunction<double[]> spread, OverloadCheck fallback) {
        this.safety = safety;
        this.spread = spread;
        this.fallback = fallback;
    }

    /** MAD: the spread is the median of distances to the median. */
    static OverloadCheck median(double safety, OverloadCheck fallback) {
        return new Deviation(safety, Deviation::medianDeviation, fallback);
    }

    /** IQR: the spread is the distance between the quartiles. */
    static OverloadCheck interquartile(double safety, OverloadCheck fallback) {
        return new Deviation(safety, Deviation::interquartileRange, fallback);
    }

    @Override
    public boolean overloaded(HostLoad host) {
        double[] history = host.history();
        if (history.length < SAFE_SAMPLES) {
            return fallback.overloaded(host);
        }
        return host.requestedMips() / host.totalMips() > 1 - safety * spread.applyAsDouble(history);
    }

    private static double medianDeviation(double[] values) {
        double middle = median(values);
        double[] distances = new double[values.length];
        Arrays.setAll(distances, i -> Math.abs(middle - values[i]));
        return median(distances);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        if (sorted.length % 2 == 1) {
            return sorted[half];
        }
        return sorted[half - 1] + 0.5 * (sorted[half] - sorted[half - 1]);
    }

    private static double interquartileRange(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int lower = (int) Math.round(0.25 * (sorted.length + 1)) - 1;
        int upper = (int) Math.round(0.75 * (sorted.length + 1)) - 1;
        return sorted[upper] - sorted[lower];
    }
}
