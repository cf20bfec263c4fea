package io.drover.simulator.localdisk.policy;

import java.util.List;

/**
 * OpenStack Watcher, strategy {@code workload_balance}: of the hottest host above the threshold that VM whose load
 * is closest below what the host has over the average, to the coolest host that stays below the threshold with it. One
 * VM an audit.
 */
final class WatcherWorkloadBalance implements LocalDiskPolicy {
    /** Its default, 25 %, leaves no destination in a fleet that is busier than that. */
    private static final double THRESHOLD = 0.8;

    @Override
    public int periodSeconds() {
        return 300;
    }

    @Override
    public List<MoveOrder> decide(FleetView fleet) {
        var sketch = new Sketch(fleet, 1);
        int hottest = sketch.extreme(true);
        if (sketch.cpuUse(hottest) <= THRESHOLD) {
            return List.of();
        }
        double excess = sketch.cpu(hottest) - Spread.mean(fleet.hosts(), sketch::cpu);
        int chosen = FleetView.NONE;
        for (int vm : sketch.vms(hottest)) {
            boolean below = sketch.load(vm) <= excess;
            if (below && (chosen == FleetView.NONE || sketch.load(vm) > sketch.load(chosen))) {
                chosen = vm;
            }
        }
        if (chosen != FleetView.NONE) {
            toTheCoolest(sketch, chosen);
        }
        return sketch.moves();
    }

    private static void toTheCoolest(Sketch sketch, int vm) {
        int best = FleetView.NONE;
        for (int host = 0; host < sketch.fleet().hosts(); host++) {
            boolean possible = sketch.fits(vm, host) && sketch.cpuUseWith(host, vm) < THRESHOLD;
            if (possible && (best == FleetView.NONE || sketch.cpuUse(host) < sketch.cpuUse(best))) {
                best = host;
            }
        }
        if (best != FleetView.NONE) {
            sketch.move(vm, best);
        }
    }
}
