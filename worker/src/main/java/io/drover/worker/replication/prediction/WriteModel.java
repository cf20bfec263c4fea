package io.drover.worker.replication.prediction;

import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * How a guest dirties a disk: {@code bytesPerSecond} at first, ever less as it meets blocks again that are dirty
 * already, and {@code workingSetBytes} in the end. For a guest that writes at random over its working set this is
 * exact: {@code dirty(t) = W (1 - exp(-r t / W))}.
 *
 * @param bytesPerSecond rate at which clean blocks become dirty when all are clean
 * @param workingSetBytes what it writes to at all; {@link Double#POSITIVE_INFINITY} when no end was seen
 */
public record WriteModel(double bytesPerSecond, double workingSetBytes) {
    /** A guest that writes nothing. */
    public static final WriteModel QUIET = new WriteModel(0, 0);

    private static final int CURVES = 60;
    private static final double BEND_LEAST = 0.05;
    private static final double BEND_MOST = 50;

    public WriteModel {
        if (!(bytesPerSecond >= 0) || !(workingSetBytes >= 0)) {
            throw new IllegalArgumentException("writes of " + bytesPerSecond + " B/s in " + workingSetBytes + " B");
        }
    }

    /** Dirty bytes at a time after all was clean. */
    public record Sample(double seconds, long dirtyBytes) {}

    /** What is dirty so long after all was clean. */
    public double dirtyAfter(double seconds) {
        if (bytesPerSecond == 0 || seconds <= 0) {
            return 0;
        }
        if (Double.isInfinite(workingSetBytes)) {
            return bytesPerSecond * seconds;
        }
        return workingSetBytes * -Math.expm1(-bytesPerSecond * seconds / workingSetBytes);
    }

    /** How long it takes until so much is dirty; infinite when it never is. */
    public double secondsUntil(double dirtyBytes) {
        if (dirtyBytes <= 0) {
            return 0;
        }
        if (bytesPerSecond == 0 || dirtyBytes >= workingSetBytes) {
            return Double.POSITIVE_INFINITY;
        }
        if (Double.isInfinite(workingSetBytes)) {
            return dirtyBytes / bytesPerSecond;
        }
        return -Math.log1p(-dirtyBytes / workingSetBytes) * workingSetBytes / bytesPerSecond;
    }

    /**
     * The same guest seen in blocks so many times as large, each write in a block of its own, on a disk of this size.
     */
    public WriteModel coarser(int factor, long diskBytes) {
        return new WriteModel(bytesPerSecond * factor, Math.min(workingSetBytes * factor, (double) diskBytes));
    }

    /** The curve with the least square error; {@link #QUIET} without samples. */
    public static WriteModel fit(List<Sample> samples) {
        List<Sample> used = samples.stream().filter(s -> s.seconds() > 0).toList();
        if (used.stream().allMatch(s -> s.dirtyBytes() == 0)) {
            return QUIET;
        }
        double span = used.stream().mapToDouble(Sample::seconds).max().orElse(1);
        Curve best = Curve.straight(used);
        for (int i = 0; i <= CURVES; i++) {
            double bend = BEND_LEAST * Math.pow(BEND_MOST / BEND_LEAST, (double) i / CURVES) / span;
            Curve curve = Curve.bent(used, bend);
            best = curve.error() < best.error() ? curve : best;
        }
        return best.model();
    }

    private record Curve(WriteModel model, double error) {
        static Curve straight(List<Sample> samples) {
            double rate = weight(samples, seconds -> seconds);
            return of(new WriteModel(rate, Double.POSITIVE_INFINITY), samples);
        }

        /** {@code bend} is r / W: with it given, W is a linear fit. */
        static Curve bent(List<Sample> samples, double bend) {
            double workingSet = weight(samples, seconds -> -Math.expm1(-bend * seconds));
            return of(new WriteModel(workingSet * bend, workingSet), samples);
        }

        private static double weight(List<Sample> samples, DoubleUnaryOperator shape) {
            double product = 0;
            double square = 0;
            for (Sample sample : samples) {
                double f = shape.applyAsDouble(sample.seconds());
                product += f * (double) sample.dirtyBytes();
                square += f * f;
            }
            return product / square;
        }

        private static Curve of(WriteModel model, List<Sample> samples) {
            double error = 0;
            for (Sample sample : samples) {
                double off = model.dirtyAfter(sample.seconds()) - sample.dirtyBytes();
                error += off * off;
            }
            return new Curve(model, error);
        }
    }
}
