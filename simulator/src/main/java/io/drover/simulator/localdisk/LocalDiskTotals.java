package io.drover.simulator.localdisk;

import java.util.Arrays;

/** Measures of a day, gathered while it passes. */
final class LocalDiskTotals {
    private static final double JOULES_PER_KWH = 3_600_000;
    private static final long BACK_WITHIN_S = 3600;
    private static final double TERA = 1e12;

    private final Hardware hardware;
    private double joules;
    private double overloadS;
    private double starvedVmS;
    private double sentBytes;
    private int moves;
    private int movesBack;
    private int shutdowns;
    private final boolean[] active;

    LocalDiskTotals(Hardware hardware) {
        this.hardware = hardware;
        this.active = new boolean[hardware.count()];
    }

    /**
     * One host for so many seconds.
     *
     * @param asked by its VMs, copies not counted
     * @param copies what they take
     * @param vms it has, or is about to have
     */
    void host(int host, double[] asked, double copies, int vms, double seconds) {
        double capacity = hardware.mips(host);
        double wanted = Arrays.stream(asked).sum() + copies;
        if (wanted > capacity) {
            overloadS += seconds;
            starvedVmS += seconds * starved(asked, Math.max(0, capacity - copies));
        }
        boolean on = vms > 0 || copies > 0;
        if (on) {
            joules += seconds * hardware.power(host).watts(Math.min(1, wanted / capacity));
        } else if (active[host]) {
            shutdowns++;
        }
        active[host] = on;
    }

    /** How many get less than they ask for when all that is there is shared evenly among those that want more. */
    private static int starved(double[] asked, double capacity) {
        double[] ascending = asked.clone();
        Arrays.sort(ascending);
        double left = capacity;
        for (int i = 0; i < ascending.length; i++) {
            int waiting = ascending.length - i;
            if (ascending[i] * waiting > left) {
                return waiting;
            }
            left -= ascending[i];
        }
        return 0;
    }

    void begun(long leftTargetAt, long now) {
        moves++;
        movesBack += leftTargetAt >= 0 && now - leftTargetAt <= BACK_WITHIN_S ? 1 : 0;
    }

    void sent(double bytes) {
        sentBytes += bytes;
    }

    double kilowattHours() {
        return joules / JOULES_PER_KWH;
    }

    double overloadS() {
        return overloadS;
    }

    double starvedVmS() {
        return starvedVmS;
    }

    double movedTb() {
        return sentBytes / TERA;
    }

    int moves() {
        return moves;
    }

    int movesBack() {
        return movesBack;
    }

    int shutdowns() {
        return shutdowns;
    }
}
