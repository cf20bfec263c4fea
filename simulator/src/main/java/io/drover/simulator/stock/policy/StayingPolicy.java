package io.drover.simulator.stock.policy;

import io.drover.simulator.stock.fleet.Fleet;
import io.drover.simulator.stock.fleet.Move;
import io.drover.simulator.stock.fleet.VmType;
import java.util.List;

/** DVFS: each machine to the first host with room for its full size, and there it stays. */
final class StayingPolicy implements StockPolicy {
    @Override
    public int[] place(Fleet fleet) {
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
    public List<Move> plan(Fleet fleet) {
        return List.of();
    }
}
