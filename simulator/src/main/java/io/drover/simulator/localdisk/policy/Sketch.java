package io.drover.simulator.localdisk.policy;

import java.util.ArrayList;
import java.util.List;

/** A fleet as a policy imagines it after some moves: processor by a mean of samples, moves under way done. */
final class Sketch {
    private final FleetView fleet;
    private final double[] load;
    private final int[] place;
    private final double[] cpu;
    private final long[] memory;
    private final long[] disk;
    private final int[] cores;
    private final List<MoveOrder> moves = new ArrayList<>();

    /** @param samples how many of the newest are averaged, as far as there are */
    Sketch(FleetView fleet, int samples) {
        this(fleet, means(fleet, 0, samples));
    }

    /** @param load of every VM, in MIPS */
    Sketch(FleetView fleet, double[] load) {
        this.fleet = fleet;
        this.load = load;
        place = new int[fleet.vms()];
        cpu = new double[fleet.hosts()];
        memory = new long[fleet.hosts()];
        disk = new long[fleet.hosts()];
        cores = new int[fleet.hosts()];
        for (int vm = 0; vm < place.length; vm++) {
            place[vm] = fleet.target(vm) == FleetView.NONE ? fleet.host(vm) : fleet.target(vm);
            put(vm, place[vm], 1);
        }
    }

    /** Mean demand of every VM over some samples, the newest of them so old; 0 where there are none. */
    static double[] means(FleetView fleet, int age, int samples) {
        int until = Math.min(age + samples, fleet.samples());
        var means = new double[fleet.vms()];
        for (int vm = 0; vm < means.length; vm++) {
            for (int at = age; at < until; at++) {
                means[vm] += fleet.demand(vm, at) / (until - age);
            }
        }
        return means;
    }

    private void put(int vm, int host, int sign) {
        cpu[host] += sign * load[vm];
        memory[host] += sign * fleet.vmMemory(vm);
        disk[host] += sign * fleet.vmDisk(vm);
        cores[host] += sign * fleet.vmCores(vm);
    }

    FleetView fleet() {
        return fleet;
    }

    int place(int vm) {
        return place[vm];
    }

    double load(int vm) {
        return load[vm];
    }

    /** MIPS. */
    double cpu(int host) {
        return cpu[host];
    }

    /** Fraction of the host. */
    double cpuUse(int host) {
        return cpu[host] / fleet.hostCpu(host);
    }

    /** Fraction of the host with this VM on it too. */
    double cpuUseWith(int host, int vm) {
        return (cpu[host] + load[vm]) / fleet.hostCpu(host);
    }

    /** Fraction that is given to VMs. */
    double memoryUse(int host) {
        return (double) memory[host] / fleet.hostMemory(host);
    }

    /** Fraction that is given to VMs. */
    double diskUse(int host) {
        return (double) disk[host] / fleet.hostDisk(host);
    }

    /** Virtual processors, by the host's MIPS. */
    double coresPerMips(int host) {
        return cores[host] / fleet.hostCpu(host);
    }

    /** VMs there that are not under way; in their order. */
    List<Integer> vms(int host) {
        var found = new ArrayList<Integer>();
        for (int vm = 0; vm < place.length; vm++) {
            if (place[vm] == host && movable(vm)) {
                found.add(vm);
            }
        }
        return found;
    }

    boolean movable(int vm) {
        return fleet.target(vm) == FleetView.NONE && place[vm] == fleet.host(vm);
    }

    /** Whether memory and drives are enough. */
    boolean fits(int vm, int host) {
        return host != place[vm]
                && memory[host] + fleet.vmMemory(vm) <= fleet.hostMemory(host)
                && disk[host] + fleet.vmDisk(vm) <= fleet.hostDisk(host);
    }

    void move(int vm, int host) {
        shift(vm, host);
        moves.add(new MoveOrder(vm, host));
    }

    /** As {@link #move}, to be undone by another. */
    void shift(int vm, int host) {
        put(vm, place[vm], -1);
        place[vm] = host;
        put(vm, host, 1);
    }

    List<MoveOrder> moves() {
        return List.copyOf(moves);
    }

    /** Of all of them, the one whose processor is used least or most. */
    int extreme(boolean most) {
        int found = 0;
        for (int host = 1; host < fleet.hosts(); host++) {
            boolean more = cpuUse(host) > cpuUse(found);
            if (more == most && cpuUse(host) != cpuUse(found)) {
                found = host;
            }
        }
        return found;
    }
}
