package io.drover.simulator.stock.policy;

import io.drover.scheduler.consolidation.Consolidation;
import io.drover.scheduler.consolidation.ConsolidationSettings;
import io.drover.scheduler.consolidation.Machine;
import io.drover.scheduler.consolidation.Relocation;
import io.drover.scheduler.consolidation.Server;
import io.drover.simulator.stock.fleet.Fleet;
import io.drover.simulator.stock.fleet.HostType;
import io.drover.simulator.stock.fleet.Move;
import io.drover.simulator.stock.fleet.Vms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Drover's consolidation under the stock rules: over-loaded hosts are relieved at every tick, hosts are emptied once an
 * hour. Machines are created where the experiment's own policies create them, so that results differ only by moves.
 */
final class DroverPolicy implements StockPolicy {
    private static final int TICKS_BETWEEN_EMPTYING = 12;
    private static final OverloadTest NEVER = host -> false;
    private static final long MEGABYTE = 1_000_000;

    private final ConsolidationSettings settings;
    private int tick;

    DroverPolicy(ConsolidationSettings settings) {
        this.settings = settings;
    }

    @Override
    public int[] place(Fleet fleet) {
        return LeastPowerPlacement.of(fleet, NEVER);
    }

    @Override
    public List<Move> plan(Fleet fleet) {
        boolean empty = tick % TICKS_BETWEEN_EMPTYING == 0;
        tick++;
        var machines = new ArrayList<Integer>();
        for (int vm = 0; vm < fleet.vms().count(); vm++) {
            if (fleet.vms().present(vm)) {
                machines.add(vm);
            }
        }
        List<Machine> described =
                machines.stream().map(vm -> machine(fleet.vms(), vm)).toList();
        var moves = new ArrayList<Move>();
        for (Relocation move : Consolidation.plan(settings, servers(fleet), described, empty)) {
            moves.add(new Move(machines.get(move.machine()), move.to()));
        }
        return moves;
    }

    private static List<Server> servers(Fleet fleet) {
        var servers = new ArrayList<Server>();
        for (int host = 0; host < fleet.hostCount(); host++) {
            HostType type = fleet.host(host).type();
            servers.add(new Server(
                    type.totalMips(),
                    type.processorMips(),
                    type.power().watts(0),
                    type.power().watts(1)));
        }
        return servers;
    }

    private static Machine machine(Vms vms, int vm) {
        int mips = vms.type(vm).mips();
        double[] demand = Arrays.stream(vms.history(vm), 0, vms.samples())
                .map(fraction -> fraction * mips)
                .toArray();
        return new Machine(vms.host(vm), vms.type(vm).ramMb() * MEGABYTE, demand);
    }
}
