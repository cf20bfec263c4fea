package io.drover.simulator.trace;

import java.util.List;

/**
 * A day (or any span) of CPU load: one line a VM, every line with the same count of samples at an equal distance.
 *
 * <p>Samples are whole percent of what the VM has been given.
 */
public final class LoadTrace {
    /** Highest sample. */
    public static final int FULL = 100;

    private final String name;
    private final List<String> vms;
    private final byte[][] percent;

    /**
     * Makes a trace.
     *
     * @param name what results are labelled with
     * @param vms a name for each line
     * @param percent line by line, each 0 to 100; at least one line, at least two samples, all lines equally long
     */
    public LoadTrace(String name, List<String> vms, byte[][] percent) {
        if (vms.isEmpty() || vms.size() != percent.length) {
            throw new IllegalArgumentException(vms.size() + " names for " + percent.length + " lines");
        }
        this.name = name;
        this.vms = List.copyOf(vms);
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

    /** How many VMs. */
    public int vms() {
        return vms.size();
    }

    public String vm(int index) {
        return vms.get(index);
    }

    /** Samples of each VM. */
    public int samples() {
        return percent[0].length;
    }

    /** Whole percent, 0 to 100. */
    public int percent(int vm, int sample) {
        return percent[vm][sample];
    }

    /** The same as a fraction; the last sample is repeated for ever. */
    public double load(int vm, int sample) {
        return percent[vm][Math.min(sample, samples() - 1)] / 100.0;
    }
}
