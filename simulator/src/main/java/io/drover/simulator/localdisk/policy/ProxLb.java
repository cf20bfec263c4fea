package io.drover.simulator.localdisk.policy;

import java.util.Comparator;
import java.util.List;

/**
 * ProxLB 2, method {@code cpu}, mode {@code used}: while the most and the least loaded node are more than
 * {@code balanciness} percent apart, the most loaded node's smallest guest goes to the node with most room. Load is the
 * mean of an hour.
 */
final class ProxLb implements LocalDiskPolicy {
    private static final double BALANCINESS = 0.1;
    private static final int SAMPLES = 12;
    private final int periodSeconds;

    ProxLb(int periodSeconds) {
        this.periodSeconds = periodSeconds;
    }

    @Override
    public int periodSeconds() {
        return periodSeconds;
    }

    @Override
    public List<MoveOrder> decide(FleetView fleet) {
        var sketch = new Sketch(fleet, SAMPLES);
        for (int i = 0; i < fleet.vms(); i++) {
            int from = sketch.extreme(true);
            int to = sketch.extreme(false);
            if (sketch.cpuUse(from) - sketch.cpuUse(to) <= BALANCINESS) {
                break;
            }
            var smallest = sketch.vms(from).stream()
                    .filter(vm -> sketch.load(vm) > 0 && sketch.fits(vm, to))
                    .min(Comparator.comparingDouble(sketch::load));
            if (smallest.isEmpty()) {
                break;
            }
            sketch.move(smallest.get(), to);
        }
        return sketch.moves();
    }
}
