package io.drover.simulator.localdisk.policy;

import java.util.List;

/**
 * Proxmox VE's dynamic balancer (pve-ha-manager 5.2): when the coefficient of variation of the nodes' loads is over 0.3
 * for three rounds, the motion that lowers it most, if it lowers it by a tenth; never more than one under way.
 */
final class ProxmoxCrs implements LocalDiskPolicy {
    private static final double THRESHOLD = 0.3;
    private static final int HOLD_ROUNDS = 3;
    private static final double MARGIN = 0.1;
    private int held;

    @Override
    public int periodSeconds() {
        return 10;
    }

    @Override
    public List<MoveOrder> decide(FleetView fleet) {
        if (underWay(fleet)) {
            return List.of();
        }
        var sketch = new Sketch(fleet, 1);
        double imbalance = imbalance(sketch);
        held = imbalance > THRESHOLD ? held + 1 : 0;
        if (held < HOLD_ROUNDS) {
            return List.of();
        }
        List<MoveOrder> best = best(sketch, imbalance * (1 - MARGIN));
        if (!best.isEmpty()) {
            held = 0;
        }
        return best;
    }

    private static boolean underWay(FleetView fleet) {
        for (int vm = 0; vm < fleet.vms(); vm++) {
            if (fleet.target(vm) != FleetView.NONE) {
                return true;
            }
        }
        return false;
    }

    /** Only two nodes' loads change, so the sums of loads and of their squares tell the variation after each motion. */
    private static List<MoveOrder> best(Sketch sketch, double limit) {
        int hosts = sketch.fleet().hosts();
        double sum = hosts * Spread.mean(hosts, sketch::cpuUse);
        double squares = hosts * Spread.mean(hosts, host -> square(sketch.cpuUse(host)));
        List<MoveOrder> best = List.of();
        double least = limit;
        for (int vm = 0; vm < sketch.fleet().vms(); vm++) {
            int from = sketch.place(vm);
            if (!sketch.movable(vm) || sketch.load(vm) == 0) {
                continue;
            }
            double left = sketch.cpuUse(from) - sketch.load(vm) / sketch.fleet().hostCpu(from);
            for (int host = 0; host < hosts; host++) {
                if (sketch.cpuUse(host) < sketch.cpuUse(from) && sketch.fits(vm, host)) {
                    double joined = sketch.cpuUseWith(host, vm);
                    double after = variation(
                            hosts,
                            sum - sketch.cpuUse(from) + left - sketch.cpuUse(host) + joined,
                            squares
                                    - square(sketch.cpuUse(from))
                                    + square(left)
                                    - square(sketch.cpuUse(host))
                                    + square(joined));
                    if (after < least) {
                        least = after;
                        best = List.of(new MoveOrder(vm, host));
                    }
                }
            }
        }
        return best;
    }

    private static double square(double value) {
        return value * value;
    }

    private static double variation(int hosts, double sum, double squares) {
        double mean = sum / hosts;
        return mean == 0 ? 0 : Math.sqrt(Math.max(0, squares / hosts - mean * mean)) / mean;
    }

    private static double imbalance(Sketch sketch) {
        int hosts = sketch.fleet().hosts();
        double mean = Spread.mean(hosts, sketch::cpuUse);
        return mean == 0 ? 0 : Spread.deviation(hosts, sketch::cpuUse) / mean;
    }
}
