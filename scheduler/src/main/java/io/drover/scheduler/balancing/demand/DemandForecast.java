package io.drover.scheduler.balancing.demand;

/**
 * A demand as it is likely to go on: from its present level it returns to its mean, the faster the less a sample says
 * about the next (an Ornstein-Uhlenbeck process fitted to the samples), and it follows the time of day.
 *
 * @param level where it is now
 * @param mean where it returns to
 * @param variance around that
 * @param memorySeconds time in which a deviation shrinks to 1/e
 */
public record DemandForecast(double level, double mean, double variance, double memorySeconds, Season season) {
    /** With fewer samples an autocorrelation is chance, and the level is believed to stay. */
    private static final int ENOUGH = 8;

    private static final int STEPS = 24;

    /**
     * Fitted to a series.
     *
     * @param periodSeconds between samples
     * @param longestSeconds the longest memory that matters
     */
    public static DemandForecast of(Series series, double periodSeconds, double longestSeconds, Season season) {
        double correlation = Math.max(0.05, series.autocorrelation());
        boolean known = series.size() >= ENOUGH && correlation < 1;
        double memory = known ? -periodSeconds / Math.log(correlation) : longestSeconds;
        return new DemandForecast(
                series.level(),
                series.mean(),
                series.variance(),
                Math.clamp(memory, Math.min(periodSeconds, longestSeconds), longestSeconds),
                season);
    }

    /** The same with demand added (or taken away) that varies as well. */
    public DemandForecast changed(double by, double newVariance) {
        return new DemandForecast(level + by, mean + by, Math.max(0, newVariance), memorySeconds, season);
    }

    public double expected(double seconds) {
        return mean + (level - mean) * Math.exp(-seconds / memorySeconds) + season.change(seconds);
    }

    /** Probability of being above the limit that many seconds from now. */
    public double risk(double limit, double seconds) {
        return Normal.above(limit, expected(seconds), Math.sqrt(variance));
    }

    /**
     * Expected overload between two times from now, in seconds: each second above the limit counts once, and once more
     * for each time the limit that is asked for beyond it, so that a little relief is worth something as well.
     */
    public double overload(double limit, double from, double to) {
        if (to <= from) {
            return 0;
        }
        double deviation = Math.sqrt(variance);
        double step = (to - from) / STEPS;
        double sum = 0;
        for (int i = 0; i < STEPS; i++) {
            double expected = expected(from + (i + 0.5) * step);
            sum += Normal.above(limit, expected, deviation) + Normal.excess(limit, expected, deviation) / limit;
        }
        return sum * step;
    }
}
