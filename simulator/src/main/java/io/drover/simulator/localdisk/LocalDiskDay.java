package io.drover.simulator.localdisk;

import io.drover.simulator.localdisk.policy.LocalDiskPolicy;
import io.drover.simulator.localdisk.policy.MoveOrder;
import io.drover.simulator.trace.LoadTrace;
import java.util.function.DoubleConsumer;

/** One day in steps of ten seconds; telemetry brings a mean every five minutes. */
final class LocalDiskDay {
    private static final int STEP_S = 10;

    private final LoadTrace trace;
    private final LocalDiskPolicy policy;
    private final Hardware hardware;
    private final Population population;
    private final LocalDiskFleet fleet;
    private final Transfers transfers;
    private final RetainedCopies copies;
    private final LocalDiskTotals account;
    private long planNanos;
    private int plans;

    LocalDiskDay(LoadTrace trace, LocalDiskPolicy policy, int hosts, long seed) {
        this.trace = trace;
        this.policy = policy;
        population = new Population(trace, seed);
        hardware = new Hardware(hosts, population);
        fleet = new LocalDiskFleet(hardware, population, seed);
        transfers = new Transfers(hardware, population);
        copies = new RetainedCopies(population);
        account = new LocalDiskTotals(hardware);
    }

    /** Plays it; {@code progress} is told the share that is over. */
    LocalDiskTotals run(DoubleConsumer progress) {
        long end = (long) trace.samples() * LocalDiskFleet.SAMPLE_S;
        for (long now = 0; now < end; now += STEP_S) {
            fleet.advance(now);
            if (now > 0 && now % LocalDiskFleet.SAMPLE_S == 0) {
                fleet.sample(now, asked(now - LocalDiskFleet.SAMPLE_S / 2));
                progress.accept((double) now / end);
            }
            if (fleet.samples() > 0 && now % policy.periodSeconds() == 0) {
                decide(now);
            }
            pass(now);
        }
        // What is under way at the end was sent too.
        transfers.open().forEach(transfer -> account.sent(transfer.sent));
        return account;
    }

    /** Mean time of a plan in milliseconds. */
    double planMs() {
        return plans == 0 ? 0 : planNanos / 1e6 / plans;
    }

    private double[] asked(long at) {
        var asked = new double[population.count()];
        int sample = (int) (at / LocalDiskFleet.SAMPLE_S);
        double part = (double) (at % LocalDiskFleet.SAMPLE_S) / LocalDiskFleet.SAMPLE_S;
        for (int vm = 0; vm < asked.length; vm++) {
            double load = trace.load(vm, sample) * (1 - part) + trace.load(vm, sample + 1) * part;
            asked[vm] = load * population.mips(vm);
        }
        return asked;
    }

    private void decide(long now) {
        long start = System.nanoTime();
        var orders = policy.decide(fleet);
        planNanos += System.nanoTime() - start;
        plans++;
        for (MoveOrder order : orders) {
            begin(order, now);
        }
    }

    private void begin(MoveOrder order, long now) {
        int vm = order.vm();
        boolean possible = fleet.target(vm) == LocalDiskFleet.NONE
                && fleet.host(vm) != order.target()
                && fleet.fits(vm, order.target());
        if (!possible) {
            return;
        }
        account.begun(copies.leftAt(vm, order.target(), now), now);
        long disk = population.disk(vm) - copies.held(vm, order.target(), now);
        transfers.begin(new Transfer(vm, fleet.host(vm), order.target(), now, (double) population.resident(vm) + disk));
        fleet.depart(vm, order.target());
    }

    private void pass(long now) {
        account(asked(now));
        for (Transfer complete : transfers.send(STEP_S)) {
            account.sent(complete.sent);
            copies.left(complete.vm, complete.source, now + STEP_S);
            fleet.arrive(complete.vm);
        }
    }

    private void account(double[] asked) {
        int[] vms = new int[hardware.count()];
        for (int vm = 0; vm < asked.length; vm++) {
            vms[fleet.host(vm)]++;
        }
        var byHost = new double[hardware.count()][];
        for (int host = 0; host < byHost.length; host++) {
            byHost[host] = new double[vms[host]];
        }
        int[] next = new int[hardware.count()];
        for (int vm = 0; vm < asked.length; vm++) {
            int host = fleet.host(vm);
            byHost[host][next[host]++] = asked[vm];
        }
        var copying = new double[hardware.count()];
        transfers.addLoad(copying);
        for (int host = 0; host < byHost.length; host++) {
            account.host(host, byHost[host], copying[host], vms[host], STEP_S);
        }
    }
}
