package io.drover.scheduler.balancing.demand;

/**
 * A demand sampled once a period, oldest first.
 *
 * @param values never written after
 */
@SuppressWarnings("ArrayRecordComponent") // Read in inner loops over hundreds of thousands of VMs.
public record Series(double[] values) {
    /** Samples after which an older one counts half. */
    private static final double HALF_LIFE = 3;

    /** Samples that would have to speak for a correlation before it counts half; fewer correlate by chance. */
    private static final double DOUBT = 12;

    public int size() {
        return values.length;
    }

    public double mean() {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return values.length == 0 ? 0 : sum / values.length;
    }

    /** The exponentially weighted mean: where the demand is now. */
    public double level() {
        double sum = 0;
        double weights = 0;
        double weight = 1;
        double decay = Math.pow(0.5, 1 / HALF_LIFE);
        for (int i = values.length - 1; i >= 0; i--) {
            sum += weight * values[i];
            weights += weight;
            weight *= decay;
        }
        return weights == 0 ? 0 : sum / weights;
    }

    /** Unbiased; 0 with fewer than two samples. */
    public double variance() {
        double mean = mean();
        double sum = 0;
        for (double value : values) {
            sum += (value - mean) * (value - mean);
        }
        return values.length < 2 ? 0 : sum / (values.length - 1);
    }

    /**
     * Covariance with another of the same period, newest beside newest, shrunk towards none by how few samples there
     * are.
     */
    public double covariance(Series other) {
        int n = Math.min(values.length, other.values.length);
        if (n < 2) {
            return 0;
        }
        double sum = 0;
        double own = 0;
        double theirs = 0;
        for (int back = 1; back <= n; back++) {
            double one = values[values.length - back];
            double two = other.values[other.values.length - back];
            sum += one * two;
            own += one;
            theirs += two;
        }
        return (sum - own * theirs / n) / (n - 1) * (n / (n + DOUBT));
    }

    /** Correlation of each sample with the one before, -1 to 1; 1 where nothing varies. */
    public double autocorrelation() {
        double mean = mean();
        double own = 0;
        double lagged = 0;
        for (int i = 0; i < values.length; i++) {
            own += (values[i] - mean) * (values[i] - mean);
            lagged += i == 0 ? 0 : (values[i] - mean) * (values[i - 1] - mean);
        }
        return own <= 1e-12 * mean * mean ? 1 : lagged / own;
    }
}
