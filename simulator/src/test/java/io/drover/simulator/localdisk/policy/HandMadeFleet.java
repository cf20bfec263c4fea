package io.drover.simulator.localdisk.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Hosts of 4000 MIPS with room for anything; VMs with the load of every sample told, newest last. */
final class HandMadeFleet implements FleetView {
    static final double HOST_MIPS = 4000;
    private static final long GIB = 1L << 30;

    private final int hosts;
    private final List<Integer> host = new ArrayList<>();
    private final List<Integer> target = new ArrayList<>();
    private final List<double[]> loads = new ArrayList<>();
    private long now = 3600;

    HandMadeFleet(int hosts) {
        this.hosts = hosts;
    }

    /** A VM on a host, with its load in MIPS; returns its index. */
    int vm(int on, double... load) {
        host.add(on);
        target.add(NONE);
        loads.add(load);
        return host.size() - 1;
    }

    void moving(int vm, int to) {
        target.set(vm, to);
    }

    void apply(List<MoveOrder> orders) {
        orders.forEach(order -> host.set(order.vm(), order.target()));
    }

    void later(int seconds) {
        now += seconds;
    }

    @Override
    public long now() {
        return now;
    }

    @Override
    public int hosts() {
        return hosts;
    }

    @Override
    public int vms() {
        return host.size();
    }

    @Override
    public double hostCpu(int of) {
        return HOST_MIPS;
    }

    @Override
    public double hostCore(int of) {
        return HOST_MIPS / 2;
    }

    @Override
    public long hostMemory(int of) {
        return 64 * GIB;
    }

    @Override
    public long hostDisk(int of) {
        return 4096 * GIB;
    }

    @Override
    public long hostLink(int of) {
        return 125_000_000;
    }

    @Override
    public int host(int vm) {
        return host.get(vm);
    }

    @Override
    public int target(int vm) {
        return target.get(vm);
    }

    @Override
    public int vmCores(int vm) {
        return 1;
    }

    @Override
    public long vmMemory(int vm) {
        return GIB + vm;
    }

    @Override
    public long vmResident(int vm) {
        return GIB / 2;
    }

    @Override
    public long vmDisk(int vm) {
        return 20 * GIB;
    }

    @Override
    public double vmWrites(int vm) {
        return 100_000;
    }

    @Override
    public double vmDirties(int vm) {
        return 1_000_000;
    }

    @Override
    public int samples() {
        return loads.stream().mapToInt(load -> load.length).min().orElse(0);
    }

    @Override
    public int sampleSeconds() {
        return 300;
    }

    @Override
    public double demand(int vm, int age) {
        double[] load = loads.get(vm);
        return load[load.length - 1 - age];
    }

    static double[] steady(double mips, int samples) {
        var load = new double[samples];
        Arrays.fill(load, mips);
        return load;
    }
}
