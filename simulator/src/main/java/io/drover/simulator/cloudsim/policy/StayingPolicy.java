package io.drover.simulator.cloudsim.policy;

import io.drover.simulator.cloudsim.fleet.CloudsimFleet;
import io.drover.simulator.cloudsim.fleet.CloudsimMove;
import io.drover.simulator.cloudsim.fleet.VmType;
import java.util.List;

/** DVFS: each VM to the first host with room for its full size, and there it stays. */
final class StayingPolicy implements CloudsimPolicy {
    @Override
    public int[] place(CloudsimFleet fleet) {
        var hosts = new EmptyHosts(fleet.hostCount());
        int[] placement = new int[fleet.vms().count()];
        for (int vm = 0; vm < placement.length; vm++) {
            VmType type = fleet.vms().type(vm);
            int host = 0;
            while (host < fleet.hostCount() && !hosts.takes(host, type)) {
                host++;
            }
            hosts.place(host < fleet.hostCount() ? host : -1, type, vm);
            placement[vm] = host;
        }
        return placement;
    }

    @Override
    public List<CloudsimMove> plan(CloudsimFleet fleet) {
        return List.of();
    }
}
