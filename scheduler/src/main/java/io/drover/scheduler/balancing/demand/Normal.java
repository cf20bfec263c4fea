package io.drover.scheduler.balancing.demand;

/** The standard normal distribution. */
public final class Normal {
    private Normal() {}

    /** Probability that a demand of this mean and deviation is above a limit; with no deviation it is or it is not. */
    public static double above(double limit, double mean, double deviation) {
        if (deviation <= 1e-9 * Math.abs(limit)) {
            return mean > limit ? 1 : 0;
        }
        return 1 - cumulative((limit - mean) / deviation);
    }

    /** Expected demand above a limit. */
    public static double excess(double limit, double mean, double deviation) {
        if (deviation <= 1e-9 * Math.abs(limit)) {
            return Math.max(0, mean - limit);
        }
        double d = (limit - mean) / deviation;
        double density = Math.exp(-d * d / 2) / Math.sqrt(2 * Math.PI);
        return deviation * density + (mean - limit) * (1 - cumulative(d));
    }

    /** Within 7.5e-8 (Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.17). */
    static double cumulative(double x) {
        double t = 1 / (1 + 0.2316419 * Math.abs(x));
        double tail = Math.exp(-x * x / 2)
                / Math.sqrt(2 * Math.PI)
                * t
                * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return x >= 0 ? 1 - tail : tail;
    }
}
