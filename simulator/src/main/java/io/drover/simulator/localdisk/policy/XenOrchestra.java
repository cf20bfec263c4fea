package io.drover.simulator.localdisk.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Xen Orchestra's load balancer, plan {@code performance}, conservative: hosts above the high mark give VMs, most
 * loaded first, to the least loaded host as long as that stays below its high mark, until they are below the low one.
 * Load is three quarters of now and one of the last half hour; two at once; a VM rests for half an hour.
 */
final class XenOrchestra implements LocalDiskPolicy {
    private static final double CRITICAL = 0.9;
    private static final double HIGH = 0.85 * CRITICAL;
    private static final double LOW = 0.65 * CRITICAL;
    private static final double NOW = 0.75;
    private static final int BEFORE_SAMPLES = 6;
    private static final int AT_ONCE = 2;
    private static final long REST_S = 1800;

    private final Map<Integer, Long> movedAt = new HashMap<>();

    @Override
    public int periodSeconds() {
        return 60;
    }

    @Override
    public List<MoveOrder> decide(FleetView fleet) {
        var sketch = new Sketch(fleet, load(fleet));
        int free = AT_ONCE - underWay(fleet);
        for (int host : exceeding(sketch)) {
            for (int vm : heaviestFirst(sketch, host)) {
                if (sketch.moves().size() >= free || sketch.cpuUse(host) < LOW) {
                    break;
                }
                int coolest = sketch.extreme(false);
                if (sketch.fits(vm, coolest) && sketch.cpuUseWith(coolest, vm) < HIGH) {
                    sketch.move(vm, coolest);
                    movedAt.put(vm, fleet.now());
                }
            }
        }
        return sketch.moves();
    }

    private static double[] load(FleetView fleet) {
        double[] load = Sketch.means(fleet, 0, 1);
        double[] before = Sketch.means(fleet, 0, BEFORE_SAMPLES);
        for (int vm = 0; vm < load.length; vm++) {
            load[vm] = NOW * load[vm] + (1 - NOW) * before[vm];
        }
        return load;
    }

    private static int underWay(FleetView fleet) {
        int count = 0;
        for (int vm = 0; vm < fleet.vms(); vm++) {
            count += fleet.target(vm) == FleetView.NONE ? 0 : 1;
        }
        return count;
    }

    private static List<Integer> exceeding(Sketch sketch) {
        var hosts = new ArrayList<Integer>();
        for (int host = 0; host < sketch.fleet().hosts(); host++) {
            if (sketch.cpuUse(host) >= HIGH) {
                hosts.add(host);
            }
        }
        hosts.sort(Comparator.comparingDouble(host -> -sketch.cpuUse(host)));
        return hosts;
    }

    private List<Integer> heaviestFirst(Sketch sketch, int host) {
        long now = sketch.fleet().now();
        return sketch.vms(host).stream()
                .filter(vm -> now - movedAt.getOrDefault(vm, now - REST_S) >= REST_S)
                .sorted(Comparator.comparingDouble(vm -> -sketch.load(vm)))
                .toList();
    }
}
