package io.drover.simulator.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A day of load from a seed: each machine has a level, follows a daily shape with a peak of its own, and has bursts
 * that begin at random and last ten minutes to three hours.
 */
public final class SyntheticTrace {
    private static final int SAMPLES = 288;
    private static final double LEVEL_MAX = 30;
    private static final double SHAPE_MAX = 20;
    private static final double NOISE = 6;
    private static final double BURSTS_A_DAY = 2;
    private static final int BURST_SAMPLES_MIN = 2;
    private static final int BURST_SAMPLES_MAX = 36;

    private SyntheticTrace() {}

    /** A day in five-minute samples, named after its machines and seed. */
    public static LoadTrace of(int machines, long seed) {
        var random = new SplittableRandom(seed);
        List<String> names = new ArrayList<>();
        var percent = new byte[machines][];
        for (int machine = 0; machine < machines; machine++) {
            names.add("vm" + machine);
            percent[machine] = day(random);
        }
        return new LoadTrace("synthetic-" + machines + "-" + seed, names, percent);
    }

    private static byte[] day(SplittableRandom random) {
        // Squared: many machines do little, few do much.
        double level = LEVEL_MAX * Math.pow(random.nextDouble(), 2);
        double shape = SHAPE_MAX * Math.pow(random.nextDouble(), 2);
        double peak = random.nextDouble();
        var day = new byte[SAMPLES];
        int burstUntil = 0;
        double burst = 0;
        for (int sample = 0; sample < SAMPLES; sample++) {
            if (sample >= burstUntil && random.nextDouble() < BURSTS_A_DAY / SAMPLES) {
                burstUntil = sample + random.nextInt(BURST_SAMPLES_MIN, BURST_SAMPLES_MAX + 1);
                burst = random.nextDouble() * (LoadTrace.FULL - level);
            }
            double ofDay = shape * (1 + Math.cos(2 * Math.PI * ((double) sample / SAMPLES - peak)));
            double load = level + ofDay + (sample < burstUntil ? burst : 0) + NOISE * (random.nextDouble() - 0.5);
            day[sample] = (byte) Math.clamp(Math.round(load), 0, LoadTrace.FULL);
        }
        return day;
    }
}
