package io.drover.simulator.cloudsim.fleet;

/** The four sizes of VM; a quarter of the trace's lines, in order, has each. */
public enum VmType {
    HIGH_CPU(2500, 870),
    EXTRA_LARGE(2000, 1740),
    SMALL(1000, 1740),
    MICRO(500, 613);

    /** Counted against a host's link when a VM is created, and then never again. */
    public static final int LINK_KBIT_PER_S = 100_000;

    /** Half of a host's link carries moves: 1,000,000 kbit/s / (2 x 8000). */
    private static final double MOVE_MB_PER_S = 62.5;

    private final int mips;
    private final int ramMb;

    VmType(int mips, int ramMb) {
        this.mips = mips;
        this.ramMb = ramMb;
    }

    /** Of VM {@code index} out of {@code count}. */
    public static VmType of(int index, int count) {
        return values()[index / (int) Math.ceil((double) count / values().length)];
    }

    public int mips() {
        return mips;
    }

    public int ramMb() {
        return ramMb;
    }

    /** Seconds a move takes: memory only, a disk is never moved. */
    public double moveSeconds() {
        return ramMb / MOVE_MB_PER_S;
    }
}
