package io.drover.simulator.cloudsim.policy;

import io.drover.simulator.cloudsim.fleet.CloudsimFleet;
import io.drover.simulator.cloudsim.fleet.PowerCurve;
import io.drover.simulator.cloudsim.fleet.VmType;

/**
 * Where the experiment creates VMs: in order, each with its full MIPS and memory, where it adds least power. An
 * over-load test sees nothing of those placed before, which do not run yet.
 */
final class LeastPowerPlacement {
    private final CloudsimFleet fleet;
    private final OverloadCheck test;
    private final EmptyHosts hosts;
    private final Draft idle;

    private LeastPowerPlacement(CloudsimFleet fleet, OverloadCheck test) {
        this.fleet = fleet;
        this.test = test;
        hosts = new EmptyHosts(fleet.hostCount());
        idle = new Draft(fleet);
    }

    /** Host by VM. */
    static int[] of(CloudsimFleet fleet, OverloadCheck test) {
        var placement = new LeastPowerPlacement(fleet, test);
        int[] hosts = new int[fleet.vms().count()];
        for (int vm = 0; vm < hosts.length; vm++) {
            hosts[vm] = placement.place(vm);
        }
        return hosts;
    }

    private int place(int vm) {
        VmType type = fleet.vms().type(vm);
        int best = -1;
        double leastWatts = Double.MAX_VALUE;
        for (int host = 0; host < fleet.hostCount(); host++) {
            if (hosts.takes(host, type) && (hosts.isEmpty(host) || !test.overloaded(idle.loadWith(host, vm)))) {
                PowerCurve power = fleet.host(host).type().power();
                double watts = hosts.wattsWith(host, type) - power.watts(0);
                best = watts < leastWatts ? host : best;
                leastWatts = Math.min(watts, leastWatts);
            }
        }
        hosts.place(best, type, vm);
        return best;
    }
}
