package io.drover.simulator.localdisk;

import io.drover.simulator.cloudsim.fleet.HostType;
import io.drover.simulator.cloudsim.fleet.PowerCurve;
import io.drover.simulator.trace.LoadTrace;

/**
 * The hosts of a day: the two servers of the CloudSim experiment in turn, two with a link of 1 Gbit/s and two with one
 * of 10, and memory and drives for half as much again as the VMs need on average.
 */
final class Hardware {
    /** Drives of a host take and give so much for copies, beside what their guests do. */
    static final double DRIVE_BYTES_PER_S = 500e6;

    /** Of all processors at the fleet's busiest moment: room for what moves, and hosts above it by chance. */
    private static final double PEAK = 0.65;

    private static final double ROOM = 1.5;
    private static final long SLOW_LINK = 125_000_000;
    private static final long FAST_LINK = 1_250_000_000;

    private final int count;
    private final long memory;
    private final long disk;

    Hardware(int count, Population population) {
        this.count = count;
        this.memory = (long) (ROOM * population.totalMemory() / count);
        this.disk = (long) (ROOM * population.totalDisk() / count);
    }

    /** As few hosts as keep the fleet's busiest moment below 65 % of their processors; at least two. */
    static int hostsFor(LoadTrace trace, Population population) {
        double peak = 0;
        for (int sample = 0; sample < trace.samples(); sample++) {
            double asked = 0;
            for (int vm = 0; vm < trace.vms(); vm++) {
                asked += trace.load(vm, sample) * population.mips(vm);
            }
            peak = Math.max(peak, asked);
        }
        double pair = HostType.of(0).totalMips() + HostType.of(1).totalMips();
        return Math.max(2, 2 * (int) Math.ceil(peak / PEAK / pair));
    }

    int count() {
        return count;
    }

    /** MIPS. */
    double mips(int host) {
        return HostType.of(host).totalMips();
    }

    /** MIPS of one processor. */
    double core(int host) {
        return HostType.of(host).processorMips();
    }

    long memory() {
        return memory;
    }

    long disk() {
        return disk;
    }

    /** Bytes a second, each way. */
    long link(int host) {
        return host / 2 % 2 == 0 ? SLOW_LINK : FAST_LINK;
    }

    PowerCurve power(int host) {
        return HostType.of(host).power();
    }
}
