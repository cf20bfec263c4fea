package io.drover.simulator.localdisk.policy;

import io.drover.simulator.cloudsim.policy.HostLoad;
import io.drover.simulator.cloudsim.policy.OverloadCheck;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The CloudSim experiment's policies (Beloglazov and Buyya 2012) where moves have a price: over-loaded hosts give their
 * VMs with least memory until they are over-loaded no more, the least loaded hosts are emptied; each VM goes
 * to the fullest host that takes it, which on these hosts is the one it adds least power to.
 */
final class PowerAware implements LocalDiskPolicy {
    /** The experiment keeps thirty samples. */
    private static final int HISTORY = 30;

    private final OverloadCheck test;

    PowerAware(OverloadCheck test) {
        this.test = test;
    }

    @Override
    public int periodSeconds() {
        return 300;
    }

    @Override
    public List<MoveOrder> decide(FleetView fleet) {
        var sketch = new Sketch(fleet, 1);
        boolean[] hot = new boolean[fleet.hosts()];
        for (int host = 0; host < hot.length; host++) {
            hot[host] = test.overloaded(load(sketch, host));
        }
        for (int host = 0; host < hot.length; host++) {
            if (hot[host]) {
                shed(sketch, host, hot);
            }
        }
        empty(sketch, hot);
        return sketch.moves();
    }

    private void shed(Sketch sketch, int host, boolean[] hot) {
        var leaving = sketch.vms(host).stream()
                .sorted(Comparator.comparingLong(vm -> sketch.fleet().vmMemory(vm)))
                .toList();
        for (int vm : leaving) {
            if (!test.overloaded(load(sketch, host))) {
                break;
            }
            int target = target(sketch, vm, hot);
            if (target != FleetView.NONE) {
                sketch.move(vm, target);
            }
        }
    }

    /** One host after the other, least loaded first; all of its VMs or none. */
    private void empty(Sketch sketch, boolean[] hot) {
        boolean[] closed = hot.clone();
        for (int host : leastLoadedFirst(sketch, hot)) {
            List<Integer> vms = sketch.vms(host);
            closed[host] = true;
            List<MoveOrder> all = placeAll(sketch, vms, host, closed);
            for (MoveOrder move : all) {
                sketch.move(move.vm(), move.target());
            }
        }
    }

    private static List<Integer> leastLoadedFirst(Sketch sketch, boolean[] hot) {
        var hosts = new ArrayList<Integer>();
        for (int host = 0; host < hot.length; host++) {
            if (!hot[host] && sketch.cpu(host) > 0) {
                hosts.add(host);
            }
        }
        hosts.sort(Comparator.comparingDouble(sketch::cpuUse));
        return hosts;
    }

    private List<MoveOrder> placeAll(Sketch sketch, List<Integer> vms, int from, boolean[] closed) {
        var placed = new ArrayList<MoveOrder>();
        for (int vm : vms) {
            int target = target(sketch, vm, closed);
            if (target == FleetView.NONE) {
                break;
            }
            sketch.shift(vm, target);
            placed.add(new MoveOrder(vm, target));
        }
        placed.forEach(move -> sketch.shift(move.vm(), from));
        return placed.size() == vms.size() ? placed : List.of();
    }

    private int target(Sketch sketch, int vm, boolean[] excluded) {
        int best = FleetView.NONE;
        for (int host = 0; host < excluded.length; host++) {
            boolean fuller = best == FleetView.NONE || sketch.cpuUse(host) > sketch.cpuUse(best);
            if (!excluded[host] && fuller && sketch.cpu(host) > 0 && takes(sketch, vm, host)) {
                best = host;
            }
        }
        return best;
    }

    private boolean takes(Sketch sketch, int vm, int host) {
        if (!sketch.fits(vm, host) || sketch.cpuUseWith(host, vm) > 1) {
            return false;
        }
        int from = sketch.place(vm);
        sketch.shift(vm, host);
        boolean hot = test.overloaded(load(sketch, host));
        sketch.shift(vm, from);
        return !hot;
    }

    private static HostLoad load(Sketch sketch, int host) {
        FleetView fleet = sketch.fleet();
        return new HostLoad() {
            @Override
            public double totalMips() {
                return fleet.hostCpu(host);
            }

            @Override
            public double requestedMips() {
                return sketch.cpu(host);
            }

            @Override
            public double[] history() {
                var history = new double[Math.min(HISTORY, fleet.samples())];
                for (int vm = 0; vm < fleet.vms(); vm++) {
                    if (sketch.place(vm) == host) {
                        for (int age = 0; age < history.length; age++) {
                            history[age] += fleet.demand(vm, age) / fleet.hostCpu(host);
                        }
                    }
                }
                return history;
            }
        };
    }
}
