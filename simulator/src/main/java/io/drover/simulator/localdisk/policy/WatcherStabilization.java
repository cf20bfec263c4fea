package io.drover.simulator.localdisk.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * OpenStack Watcher, strategy {@code workload_stabilization}: when the standard deviation of the hosts' processor or
 * memory use is over the threshold, every VM is tried on one host drawn by lot
 * ({@code host_choice=retry, retry_count=1}); the tries are made, best first, as long as each lowers the weighted sum,
 * until both are below.
 */
final class WatcherStabilization implements LocalDiskPolicy {
    private static final double THRESHOLD = 0.2;
    private final SplittableRandom random;

    WatcherStabilization(long seed) {
        random = new SplittableRandom(seed);
    }

    @Override
    public int periodSeconds() {
        return 300;
    }

    private record Try(int vm, int host, double score) {}

    @Override
    public List<MoveOrder> decide(FleetView fleet) {
        var sketch = new Sketch(fleet, 1);
        double score = score(sketch);
        if (!over(sketch)) {
            return List.of();
        }
        for (Try best : tries(sketch)) {
            int from = sketch.place(best.vm());
            if (!sketch.fits(best.vm(), best.host())) {
                continue;
            }
            sketch.shift(best.vm(), best.host());
            double after = score(sketch);
            sketch.shift(best.vm(), from);
            if (after < score) {
                sketch.move(best.vm(), best.host());
                score = after;
                if (!over(sketch)) {
                    break;
                }
            }
        }
        return sketch.moves();
    }

    private List<Try> tries(Sketch sketch) {
        int hosts = sketch.fleet().hosts();
        var tries = new ArrayList<Try>();
        for (int vm = 0; vm < sketch.fleet().vms(); vm++) {
            int host = random.nextInt(hosts);
            if (sketch.movable(vm) && sketch.fits(vm, host)) {
                int from = sketch.place(vm);
                sketch.shift(vm, host);
                tries.add(new Try(vm, host, score(sketch)));
                sketch.shift(vm, from);
            }
        }
        tries.sort(Comparator.comparingDouble(Try::score));
        return tries;
    }

    private static boolean over(Sketch sketch) {
        int hosts = sketch.fleet().hosts();
        return Spread.deviation(hosts, sketch::cpuUse) > THRESHOLD
                || Spread.deviation(hosts, sketch::memoryUse) > THRESHOLD;
    }

    private static double score(Sketch sketch) {
        int hosts = sketch.fleet().hosts();
        return Spread.deviation(hosts, sketch::cpuUse) + Spread.deviation(hosts, sketch::memoryUse);
    }
}
