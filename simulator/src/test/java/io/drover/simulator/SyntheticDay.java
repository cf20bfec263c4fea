package io.drover.simulator;

import io.drover.simulator.trace.LoadTrace;
import java.util.ArrayList;
import java.util.Random;

/** A day from a seed: a daily wave, bursts, and VMs that end. */
public final class SyntheticDay {
    private static final int SAMPLES = 288;

    private SyntheticDay() {}

    /** A day of this many VMs. */
    public static LoadTrace of(int vms, long seed) {
        var random = new Random(seed);
        var names = new ArrayList<String>();
        byte[][] percent = new byte[vms][];
        for (int i = 0; i < vms; i++) {
            names.add("vm-" + i);
            percent[i] = line(random);
        }
        return new LoadTrace("synthetic-" + seed, names, percent);
    }

    private static byte[] line(Random random) {
        int level = 5 + random.nextInt(25);
        int swing = random.nextInt(15);
        double phase = random.nextDouble();
        int end = random.nextInt(4) == 0 ? random.nextInt(SAMPLES) : SAMPLES;
        int burst = 0;
        byte[] line = new byte[SAMPLES];
        for (int i = 0; i < end; i++) {
            burst = random.nextInt(40) == 0 ? 20 + random.nextInt(50) : burst * 3 / 4;
            // A triangle, not a sine: its values are the same on every VM.
            double wave = Math.abs((i / (double) SAMPLES + phase) % 1 - 0.5) * 4 - 1;
            long value = Math.round(level + swing * wave) + burst + random.nextInt(5) - 2;
            line[i] = (byte) Math.clamp(value, 0, 99);
        }
        return line;
    }
}
