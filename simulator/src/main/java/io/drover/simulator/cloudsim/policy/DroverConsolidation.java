package io.drover.simulator.cloudsim.policy;

import io.drover.simulator.cloudsim.consolidation.Consolidation;
import io.drover.simulator.cloudsim.consolidation.ConsolidationSettings;
import io.drover.simulator.cloudsim.consolidation.PackedHost;
import io.drover.simulator.cloudsim.consolidation.PackedVm;
import io.drover.simulator.cloudsim.consolidation.Relocation;
import io.drover.simulator.cloudsim.fleet.CloudsimFleet;
import io.drover.simulator.cloudsim.fleet.CloudsimMove;
import io.drover.simulator.cloudsim.fleet.HostType;
import io.drover.simulator.cloudsim.fleet.Vms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Drover's consolidation under CloudSim's rules: over-loaded hosts are relieved at every tick, hosts are emptied once
 * an hour. VMs are created where the experiment's own policies create them, so that results differ only by moves.
 */
final class DroverConsolidation implements CloudsimPolicy {
    private static final int TICKS_BETWEEN_EMPTYING = 12;
    private static final OverloadCheck NEVER = host -> false;
    private static final long MEGABYTE = 1_000_000;

    private final ConsolidationSettings settings;
    private int tick;

    DroverConsolidation(ConsolidationSettings settings) {
        this.settings = settings;
    }

    @Override
    public int[] place(CloudsimFleet fleet) {
        return LeastPowerPlacement.of(fleet, NEVER);
    }

    @Override
    public List<CloudsimMove> plan(CloudsimFleet fleet) {
        boolean empty = tick % TICKS_BETWEEN_EMPTYING == 0;
        tick++;
        var vms = new ArrayList<Integer>();
        for (int vm = 0; vm < fleet.vms().count(); vm++) {
            if (fleet.vms().present(vm)) {
                vms.add(vm);
            }
        }
        List<PackedVm> described = vms.stream().map(vm -> vm(fleet.vms(), vm)).toList();
        var moves = new ArrayList<CloudsimMove>();
        for (Relocation move : Consolidation.plan(settings, servers(fleet), described, empty)) {
            moves.add(new CloudsimMove(vms.get(move.vm()), move.to()));
        }
        return moves;
    }

    private static List<PackedHost> servers(CloudsimFleet fleet) {
        var servers = new ArrayList<PackedHost>();
        for (int host = 0; host < fleet.hostCount(); host++) {
            HostType type = fleet.host(host).type();
            servers.add(new PackedHost(
                    type.totalMips(),
                    type.processorMips(),
                    type.power().watts(0),
                    type.power().watts(1)));
        }
        return servers;
    }

    private static PackedVm vm(Vms vms, int vm) {
        int mips = vms.type(vm).mips();
        double[] demand = Arrays.stream(vms.history(vm), 0, vms.samples())
                .map(fraction -> fraction * mips)
                .toArray();
        return new PackedVm(vms.host(vm), vms.type(vm).ramMb() * MEGABYTE, demand);
    }
}
