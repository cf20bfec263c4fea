package io.drover.simulator.cloudsim.fleet;

/** The two servers of the experiment; host {@code i} is of type {@code i mod 2}. */
public enum HostType {
    /** HP ProLiant ML110 G4, Xeon 3040. */
    G4(1860, new PowerCurve(86, 89.4, 92.6, 96, 99.5, 102, 106, 108, 112, 114, 117)),
    /** HP ProLiant ML110 G5, Xeon 3075. */
    G5(2660, new PowerCurve(93.7, 97, 101, 105, 110, 116, 121, 125, 129, 133, 135));

    private static final int PROCESSORS = 2;
    private static final int RAM_MB = 4096;
    private static final int LINK_KBIT_PER_S = 1_000_000;

    private final int processorMips;
    // A curve never changes; the checker knows only annotated classes.
    @SuppressWarnings("ImmutableEnumChecker")
    private final PowerCurve power;

    HostType(int processorMips, PowerCurve power) {
        this.processorMips = processorMips;
        this.power = power;
    }

    /** Of host {@code id}. */
    public static HostType of(int id) {
        return id % 2 == 0 ? G4 : G5;
    }

    /** MIPS of one processor: no VM gets more. */
    public double processorMips() {
        return processorMips;
    }

    /** MIPS of the host. */
    public double totalMips() {
        return PROCESSORS * processorMips;
    }

    public int ramMb() {
        return RAM_MB;
    }

    public int linkKbitPerS() {
        return LINK_KBIT_PER_S;
    }

    public PowerCurve power() {
        return power;
    }
}
