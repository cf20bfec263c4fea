package io.drover.simulator.cloudsim.consolidation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Machines on servers while a plan is made, with the sum of their demand sample by sample: what machines have in common
 * over time, a peak at the same hour for instance, is in the sum.
 */
final class Packing {
    /** Samples whose mean counts as the present level. */
    private static final int RECENT = 3;

    private final List<PackedHost> servers;
    private final List<PackedVm> machines;
    private final int samples;
    private final double[][] demand;
    private final List<List<Integer>> on = new ArrayList<>();
    private final int[] place;

    Packing(List<PackedHost> servers, List<PackedVm> machines) {
        this.servers = servers;
        this.machines = machines;
        samples = machines.isEmpty() ? 1 : machines.getFirst().samples();
        demand = new double[servers.size()][samples];
        servers.forEach(server -> on.add(new ArrayList<>()));
        place = new int[machines.size()];
        for (int machine = 0; machine < place.length; machine++) {
            if (machines.get(machine).samples() != samples) {
                throw new IllegalArgumentException("machine " + machine + ": uneven samples");
            }
            add(machine, machines.get(machine).server());
        }
    }

    private void add(int machine, int server) {
        place[machine] = server;
        on.get(server).add(machine);
        addDemand(server, machine, 1);
    }

    void move(int machine, int to) {
        int from = place[machine];
        on.get(from).remove(Integer.valueOf(machine));
        addDemand(from, machine, -1);
        add(machine, to);
    }

    private void addDemand(int server, int machine, int sign) {
        double[] sum = demand[server];
        for (int i = 0; i < samples; i++) {
            sum[i] += sign * machines.get(machine).demand(i);
        }
    }

    /** Where a machine is now. */
    int place(int machine) {
        return place[machine];
    }

    /** The machines there, in the order they came. */
    List<Integer> on(int server) {
        return on.get(server);
    }

    boolean isEmpty(int server) {
        return on.get(server).isEmpty();
    }

    /** What the machines there ask for now. */
    double now(int server) {
        return demand[server][0];
    }

    /** What the server must be ready to serve, as a share of its capacity. */
    double expected(int server, double deviations) {
        return expected(demand[server], deviations) / servers.get(server).capacity();
    }

    /** The same with a machine more. */
    double expectedWith(int server, int machine, double deviations) {
        double[] sum = demand[server].clone();
        PackedVm added = machines.get(machine);
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
