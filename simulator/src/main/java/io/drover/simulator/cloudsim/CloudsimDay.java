package io.drover.simulator.cloudsim;

import io.drover.simulator.cloudsim.fleet.CloudsimFleet;
import io.drover.simulator.cloudsim.fleet.CloudsimMove;
import io.drover.simulator.cloudsim.policy.CloudsimPolicy;
import io.drover.simulator.trace.LoadTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.DoubleConsumer;

/**
 * One day under CloudSim's rules. VMs are created at 0 s and run from 0.1 s; ticks follow at 300.1 s, 600.1 s, …
 * up to the end of the trace. Moves started at a tick end on their own, all of one instant together.
 */
final class CloudsimDay {
    static final double INTERVAL_S = 300;
    private static final double FIRST_LOAD_S = 0.1;

    private final LoadTrace trace;
    private final CloudsimPolicy policy;
    private final CloudsimFleet fleet;
    private final CloudsimTotals account;
    private final SortedMap<Double, List<CloudsimMove>> completions = new TreeMap<>();
    private double lastS;
    private long planNanos;
    private int plans;

    CloudsimDay(LoadTrace trace, CloudsimPolicy policy, int hosts) {
        this.trace = trace;
        this.policy = policy;
        fleet = new CloudsimFleet(hosts, trace.vms());
        account = new CloudsimTotals(fleet);
    }

    /** Runs it; {@code progress} is told the share that is over. */
    CloudsimTotals run(DoubleConsumer progress) {
        int[] placement = policy.place(fleet);
        for (int vm = 0; vm < placement.length; vm++) {
            fleet.create(vm, placement[vm]);
        }
        double end = trace.samples() * INTERVAL_S;
        for (double now = FIRST_LOAD_S + INTERVAL_S; now < end; now += INTERVAL_S) {
            completeUntil(now);
            tick(now);
            progress.accept(now / end);
        }
        completeUntil(end);
        return account;
    }

    /** Mean time of a plan in milliseconds. */
    double planMs() {
        return plans == 0 ? 0 : planNanos / 1e6 / plans;
    }

    private void tick(double now) {
        update(now, true);
        long start = System.nanoTime();
        List<CloudsimMove> moves = policy.plan(fleet);
        planNanos += System.nanoTime() - start;
        plans++;
        start(moves, now);
    }

    private void update(double now, boolean sample) {
        for (int vm = 0; vm < fleet.vms().count(); vm++) {
            fleet.vms().request(vm, load(vm, now));
        }
        if (sample) {
            fleet.vms().sample();
        }
        fleet.update();
        account.addEnergy(now - lastS);
        account.note(now);
        account.countShutdowns();
        fleet.destroyIdle();
        lastS = now;
    }

    private double load(int vm, double now) {
        int before = (int) Math.floor(now / INTERVAL_S);
        double from = trace.load(vm, before);
        if (now % INTERVAL_S == 0) {
            return from;
        }
        double slope = (trace.load(vm, before + 1) - from) / INTERVAL_S;
        return from + slope * (now - before * INTERVAL_S);
    }

    private void start(List<CloudsimMove> moves, double now) {
        var touched = new TreeSet<Integer>();
        for (CloudsimMove move : moves) {
            account.count(move, now);
            double seconds = fleet.vms().type(move.vm()).moveSeconds();
            touched.add(fleet.vms().host(move.vm()));
            touched.add(move.target());
            fleet.start(move);
            completions.computeIfAbsent(now + seconds, at -> new ArrayList<>()).add(move);
        }
        for (int host : touched) {
            fleet.update(host);
            account.note(host, now);
        }
    }

    private void completeUntil(double limit) {
        while (!completions.isEmpty() && completions.firstKey() < limit) {
            double now = completions.firstKey();
            update(now, false);
            completions.getOrDefault(now, List.of()).forEach(fleet::complete);
            completions.remove(now);
            update(now, false);
        }
    }
}
