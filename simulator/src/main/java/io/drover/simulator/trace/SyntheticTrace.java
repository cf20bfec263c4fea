package io.drover.simulator.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A day of load from a seed: each VM has a level, follows a daily shape with a peak of its own, and has bursts
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

    /** A day in five-minute samples, named after its VMs and seed. */
    public static LoadTrace of(int vms, long seed) {
        var random = new SplittableRandom(seed);
        List<String> names = new ArrayList<>();
        var percent = new byte[vms][];
        for (int vm = 0; vm < vms; vm++) {
            names.add("vm" + vm);
            percent[vm] = day(random);
        }
        return new LoadTrace("synthetic-" + vms + "-" + seed, names, percent);
    }

    private static byte[] day(SplittableRandom random) {
        // Squared: many VMs do little, few do much.
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
