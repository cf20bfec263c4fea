package io.drover.simulator.cloudsim.consolidation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * VMs on servers while a plan is made, with the sum of their demand sample by sample: what VMs have in common
 * over time, a peak at the same hour for instance, is in the sum.
 */
final class Packing {
    /** Samples whose mean counts as the present level. */
    private static final int RECENT = 3;

    private final List<PackedHost> servers;
    private final List<PackedVm> vms;
    private final int samples;
    private final double[][] demand;
    private final List<List<Integer>> on = new ArrayList<>();
    private final int[] place;

    Packing(List<PackedHost> servers, List<PackedVm> vms) {
        this.servers = servers;
        this.vms = vms;
        samples = vms.isEmpty() ? 1 : vms.getFirst().samples();
        demand = new double[servers.size()][samples];
        servers.forEach(server -> on.add(new ArrayList<>()));
        place = new int[vms.size()];
        for (int vm = 0; vm < place.length; vm++) {
            if (vms.get(vm).samples() != samples) {
                throw new IllegalArgumentException("VM " + vm + ": uneven samples");
            }
            add(vm, vms.get(vm).server());
        }
    }

    private void add(int vm, int server) {
        place[vm] = server;
        on.get(server).add(vm);
        addDemand(server, vm, 1);
    }

    void move(int vm, int to) {
        int from = place[vm];
        on.get(from).remove(Integer.valueOf(vm));
        addDemand(from, vm, -1);
        add(vm, to);
    }

    private void addDemand(int server, int vm, int sign) {
        double[] sum = demand[server];
        for (int i = 0; i < samples; i++) {
            sum[i] += sign * vms.get(vm).demand(i);
        }
    }

    /** Where a VM is now. */
    int place(int vm) {
        return place[vm];
    }

    /** The VMs there, in the order they came. */
    List<Integer> on(int server) {
        return on.get(server);
    }

    boolean isEmpty(int server) {
        return on.get(server).isEmpty();
    }

    /** What the VMs there ask for now. */
    double now(int server) {
        return demand[server][0];
    }

    /** What the server must be ready to serve, as a share of its capacity. */
    double expected(int server, double deviations) {
        return expected(demand[server], deviations) / servers.get(server).capacity();
    }

    /** The same with a VM more. */
    double expectedWith(int server, int vm, double deviations) {
        double[] sum = demand[server].clone();
        PackedVm added = vms.get(vm);
        for (int i = 0; i < samples; i++) {
            sum[i] += added.demand(i);
        }
        return expected(sum, deviations) / servers.get(server).capacity();
    }

    private static double expected(double[] newestFirst, double deviations) {
        double mean = Arrays.stream(newestFirst).average().orElseThrow();
        double squares = 0;
        for (double value : newestFirst) {
            squares += (value - mean) * (value - mean);
        }
        double recent = Arrays.stream(newestFirst).limit(RECENT).average().orElseThrow();
        return Math.max(mean, recent) + deviations * Math.sqrt(squares / newestFirst.length);
    }
}
