package io.drover.simulator.trace;

import java.util.List;

/**
 * A day (or any span) of CPU load: one line a machine, every line with the same count of samples at an equal distance.
 *
 * <p>Samples are whole percent of what the machine has been given.
 */
public final class LoadTrace {
    /** Highest sample. */
    public static final int FULL = 100;

    private final String name;
    private final List<String> machines;
    private final byte[][] percent;

    /**
     * Makes a trace.
     *
     * @param name what results are labelled with
     * @param machines a name for each line
     * @param percent line by line, each 0 to 100; at least one line, at least two samples, all lines equally long
     */
    public LoadTrace(String name, List<String> machines, byte[][] percent) {
        if (machines.isEmpty() || machines.size() != percent.length) {
            throw new IllegalArgumentException(machines.size() + " names for " + percent.length + " lines");
        }
        this.name = name;
        this.machines = List.copyOf(machines);
        this.percent = new byte[percent.length][];
        for (int i = 0; i < percent.length; i++) {
            this.percent[i] = checked(percent[i].clone(), percent[0].length);
        }
    }

    private static byte[] checked(byte[] line, int samples) {
        if (samples < 2 || line.length != samples) {
            throw new IllegalArgumentException(line.length + " samples beside " + samples);
        }
        for (byte sample : line) {
            if (sample < 0 || sample > FULL) {
                throw new IllegalArgumentException("sample " + sample);
            }
        }
        return line;
    }

    public String name() {
        return name;
    }

    /** How many machines. */
    public int machines() {
        return machines.size();
    }

    public String machine(int index) {
        return machines.get(index);
    }

    /** Samples of each machine. */
    public int samples() {
        return percent[0].length;
    }

    /** Whole percent, 0 to 100. */
    public int percent(int machine, int sample) {
        return percent[machine][sample];
    }

    /** The same as a fraction; the last sample is repeated for ever. */
    public double load(int machine, int sample) {
        return percent[machine][Math.min(sample, samples() - 1)] / 100.0;
    }
}
