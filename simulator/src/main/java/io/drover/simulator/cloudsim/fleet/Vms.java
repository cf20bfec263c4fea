package io.drover.simulator.cloudsim.fleet;

import java.util.Arrays;

/** The VMs as columns: index {@code i} is line {@code i} of the trace. */
public final class Vms {
    /** Samples kept of each VM. */
    public static final int HISTORY = 30;

    static final int NOWHERE = -1;

    private final VmType[] type;
    private final double[] utilisation;
    private final double[] requestedMips;
    private final double[][] history;
    private final int[] host;
    private final boolean[] moving;
    private int samples;

    /** As many VMs as the trace has lines, placed nowhere yet and requesting their full MIPS. */
    public Vms(int count) {
        type = new VmType[count];
        Arrays.setAll(type, i -> VmType.of(i, count));
        utilisation = new double[count];
        requestedMips = new double[count];
        Arrays.setAll(requestedMips, i -> type[i].mips());
        history = new double[count][HISTORY];
        host = new int[count];
        Arrays.fill(host, NOWHERE);
        moving = new boolean[count];
    }

    public int count() {
        return type.length;
    }

    public VmType type(int vm) {
        return type[vm];
    }

    /** MIPS, now. */
    public double requestedMips(int vm) {
        return requestedMips[vm];
    }

    /** Utilisation at the last {@link #samples} regular ticks, newest first; not to be changed. */
    public double[] history(int vm) {
        return history[vm];
    }

    /** How many entries of {@link #history} are filled, at most {@link #HISTORY}. */
    public int samples() {
        return samples;
    }

    /** The host that owns it; negative when it was destroyed or not placed. */
    public int host(int vm) {
        return host[vm];
    }

    public boolean present(int vm) {
        return host[vm] != NOWHERE;
    }

    public boolean moving(int vm) {
        return moving[vm];
    }

    void place(int vm, int onHost) {
        host[vm] = onHost;
    }

    void setMoving(int vm, boolean now) {
        moving[vm] = now;
    }

    /** Sets what a VM asks for now. */
    public void request(int vm, double fraction) {
        utilisation[vm] = fraction;
        requestedMips[vm] = fraction * type[vm].mips();
    }

    /** Keeps the present utilisation of every VM that is still there as its newest sample. */
    public void sample() {
        for (int vm = 0; vm < type.length; vm++) {
            if (present(vm)) {
                System.arraycopy(history[vm], 0, history[vm], 1, HISTORY - 1);
                history[vm][0] = utilisation[vm];
            }
        }
        samples = Math.min(HISTORY, samples + 1);
    }
}
