package io.drover.simulator.localdisk;

import io.drover.simulator.localdisk.policy.FleetView;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Who is where, what is promised to arrivals, and what telemetry has seen. */
final class LocalDiskFleet implements FleetView {
    static final int SAMPLE_S = 300;
    private static final int SAMPLES_KEPT = 288;

    private final Hardware hardware;
    private final Population population;
    private final int[] host;
    private final int[] target;
    private final long[] memoryUsed;
    private final long[] diskUsed;
    private final double[][] samples = new double[SAMPLES_KEPT][];
    private int taken;
    private long now;

    /**
     * Places every VM on one of the hosts that have room, by lot: a placement by somebody who knows sizes and no
     * load.
     *
     * @throws IllegalStateException when a VM finds no room
     */
    LocalDiskFleet(Hardware hardware, Population population, long seed) {
        this.hardware = hardware;
        this.population = population;
        host = new int[population.count()];
        target = new int[population.count()];
        Arrays.fill(target, NONE);
        memoryUsed = new long[hardware.count()];
        diskUsed = new long[hardware.count()];
        var random = new SplittableRandom(seed);
        for (int vm = 0; vm < host.length; vm++) {
            host[vm] = place(vm, random);
            reserve(vm, host[vm], 1);
        }
    }

    private int place(int vm, SplittableRandom random) {
        int[] fitting = new int[hardware.count()];
        int count = 0;
        for (int candidate = 0; candidate < hardware.count(); candidate++) {
            if (fits(vm, candidate)) {
                fitting[count++] = candidate;
            }
        }
        if (count == 0) {
            throw new IllegalStateException("VM " + vm + " has room on no host");
        }
        return fitting[random.nextInt(count)];
    }

    private void reserve(int vm, int on, int sign) {
        memoryUsed[on] += sign * population.memory(vm);
        diskUsed[on] += sign * population.disk(vm);
    }

    /** Whether a host has memory and drives for it beside all that is there and on its way. */
    boolean fits(int vm, int on) {
        return fit(List.of(vm), on);
    }

    /** The same for several at once. */
    boolean fit(List<Integer> vms, int on) {
        long memory = memoryUsed[on];
        long disk = diskUsed[on];
        for (int vm : vms) {
            memory += population.memory(vm);
            disk += population.disk(vm);
        }
        return memory <= hardware.memory() && disk <= hardware.disk();
    }

    /** Begins a move, which holds room at both ends. */
    void depart(int vm, int to) {
        reserve(vm, to, 1);
        target[vm] = to;
    }

    /** Ends a move: from now on the VM runs at its target. */
    void arrive(int vm) {
        reserve(vm, host[vm], -1);
        host[vm] = target[vm];
        target[vm] = NONE;
    }

    /** Takes a sample of what every VM asked for, in MIPS. */
    void sample(long at, double[] asked) {
        now = at;
        samples[taken % SAMPLES_KEPT] = asked.clone();
        taken++;
    }

    void advance(long to) {
        now = to;
    }

    @Override
    public long now() {
        return now;
    }

    @Override
    public int hosts() {
        return hardware.count();
    }

    @Override
    public int vms() {
        return host.length;
    }

    @Override
    public double hostCpu(int of) {
        return hardware.mips(of);
    }

    @Override
    public double hostCore(int of) {
        return hardware.core(of);
    }

    @Override
    public long hostMemory(int of) {
        return hardware.memory();
    }

    @Override
    public long hostDisk(int of) {
        return hardware.disk();
    }

    @Override
    public long hostLink(int of) {
        return hardware.link(of);
    }

    @Override
    public int host(int vm) {
        return host[vm];
    }

    @Override
    public int target(int vm) {
        return target[vm];
    }

    @Override
    public int vmCores(int vm) {
        return population.cores(vm);
    }

    @Override
    public long vmMemory(int vm) {
        return population.memory(vm);
    }

    @Override
    public long vmResident(int vm) {
        return population.resident(vm);
    }

    @Override
    public long vmDisk(int vm) {
        return population.disk(vm);
    }

    @Override
    public double vmWrites(int vm) {
        return population.written(vm);
    }

    @Override
    public double vmDirties(int vm) {
        return population.dirtied(vm);
    }

    @Override
    public int samples() {
        return Math.min(taken, SAMPLES_KEPT);
    }

    @Override
    public int sampleSeconds() {
        return SAMPLE_S;
    }

    @Override
    public double demand(int vm, int age) {
        if (age < 0 || age >= samples()) {
            throw new IllegalArgumentException("age: " + age + " of " + samples() + " samples");
        }
        return samples[(taken - 1 - age) % SAMPLES_KEPT][vm];
    }
}
