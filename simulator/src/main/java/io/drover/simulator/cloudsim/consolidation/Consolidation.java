package io.drover.simulator.cloudsim.consolidation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Relieves servers that are asked for more than they have, and empties the ones it pays to empty.
 *
 * <p>A server takes a VM when the mean of their demand together, plus some standard deviations of that same sum,
 * stays below a share of its capacity; of several, the one that this fills most. Servers that serve a unit of load with
 * less power come first, and a server is emptied only into such as are as good. Emptying is all or nothing, least
 * loaded first, and only where the idle power saved is worth the bytes carried. What leaves an over-loaded server is
 * chosen for the relief it gives per byte; a server is woken only for that.
 *
 * <p>Only the VMs' past is used. The same input gives the same plan.
 */
public final class Consolidation {
    private static final int NONE = -1;
    private static final double GIGABYTE = 1e9;

    private final ConsolidationSettings settings;
    private final List<PackedHost> servers;
    private final List<PackedVm> vms;
    private final Packing packing;
    private final List<List<Integer>> classes;
    private final Set<Integer> sources = new HashSet<>();
    private final Set<Integer> targets = new HashSet<>();

    private Consolidation(ConsolidationSettings settings, List<PackedHost> servers, List<PackedVm> vms) {
        this.settings = settings;
        this.servers = servers;
        this.vms = vms;
        packing = new Packing(servers, vms);
        classes = byEfficiency(servers);
    }

    /**
     * Plans moves that may start at once, in this order.
     *
     * @param empty whether to empty servers as well; without, only over-loaded ones are relieved
     */
    public static List<Relocation> plan(
            ConsolidationSettings settings, List<PackedHost> servers, List<PackedVm> vms, boolean empty) {
        var plan = new Consolidation(settings, servers, vms);
        var moves = new ArrayList<>(plan.relieve());
        if (empty) {
            moves.addAll(plan.emptyServers());
        }
        return moves;
    }

    private static List<List<Integer>> byEfficiency(List<PackedHost> servers) {
        var order = new ArrayList<List<Integer>>();
        double last = Double.NaN;
        for (int server : sorted(
                servers.size(), Comparator.comparingDouble(i -> servers.get(i).wattsPerUnit()))) {
            double watts = servers.get(server).wattsPerUnit();
            if (watts != last) {
                order.add(new ArrayList<>());
                last = watts;
            }
            order.getLast().add(server);
        }
        return order;
    }

    private static List<Integer> sorted(int count, Comparator<Integer> order) {
        var indices = new ArrayList<Integer>();
        for (int i = 0; i < count; i++) {
            indices.add(i);
        }
        indices.sort(order);
        return indices;
    }

    private List<Relocation> relieve() {
        var moves = new ArrayList<Relocation>();
        for (int server = 0; server < servers.size(); server++) {
            if (packing.now(server) > servers.get(server).capacity()) {
                sources.add(server);
                relieve(server, moves);
            }
        }
        return moves;
    }

    private void relieve(int server, List<Relocation> moves) {
        double goal = settings.relievedShare() * servers.get(server).capacity();
        while (packing.now(server) > goal && packing.on(server).size() > 1) {
            int vm = mostReliefPerByte(server, packing.now(server) - goal);
            int target = target(vm, true);
            if (target == NONE) {
                return;
            }
            moves.add(move(vm, target));
        }
    }

    private int mostReliefPerByte(int server, double excess) {
        int best = NONE;
        double most = NONE;
        for (int vm : packing.on(server)) {
            double relief = Math.min(vms.get(vm).now(), excess) / vms.get(vm).bytes();
            if (relief > most) {
                most = relief;
                best = vm;
            }
        }
        return best;
    }

    private List<Relocation> emptyServers() {
        var moves = new ArrayList<Relocation>();
        double[] expected = new double[servers.size()];
        for (int server = 0; server < expected.length; server++) {
            expected[server] = packing.expected(server, settings.deviations())
                    * servers.get(server).capacity();
        }
        for (int server : sorted(expected.length, Comparator.comparingDouble(i -> expected[i]))) {
            if (!packing.isEmpty(server) && !targets.contains(server) && !sources.contains(server) && pays(server)) {
                moves.addAll(emptied(server));
            }
        }
        return moves;
    }

    private boolean pays(int server) {
        double bytes = 0;
        for (int vm : packing.on(server)) {
            bytes += vms.get(vm).bytes();
        }
        return servers.get(server).idleWatts() >= settings.wattsPerGigabyte() * bytes / GIGABYTE;
    }

    /** Moves all VMs of a server, or none. */
    private List<Relocation> emptied(int server) {
        var leaving = new ArrayList<>(packing.on(server));
        leaving.sort(Comparator.comparingDouble(vm -> -vms.get(vm).now()));
        var targetsBefore = Set.copyOf(targets);
        var moves = new ArrayList<Relocation>();
        sources.add(server);
        for (int vm : leaving) {
            int target = target(vm, false);
            if (target == NONE) {
                moves.forEach(move -> packing.move(move.vm(), server));
                targets.retainAll(targetsBefore);
                sources.remove(server);
                return List.of();
            }
            moves.add(move(vm, target));
        }
        return moves;
    }

    private Relocation move(int vm, int target) {
        int from = packing.place(vm);
        packing.move(vm, target);
        targets.add(target);
        return new Relocation(vm, from, target);
    }

    /**
     * Among the best servers first: one in use, else, where that is allowed, an empty one; then among the next best.
     */
    private int target(int vm, boolean wake) {
        double atMost = wake ? Double.MAX_VALUE : servers.get(packing.place(vm)).wattsPerUnit();
        for (List<Integer> alike : classes) {
            if (servers.get(alike.getFirst()).wattsPerUnit() <= atMost) {
                int target = fullest(alike, vm);
                target = target == NONE && wake ? firstEmpty(alike, vm) : target;
                if (target != NONE) {
                    return target;
                }
            }
        }
        return NONE;
    }

    private int fullest(List<Integer> candidates, int vm) {
        int best = NONE;
        double most = NONE;
        for (int server : candidates) {
            if (!packing.isEmpty(server) && !sources.contains(server) && serves(server, vm)) {
                double expected = packing.expectedWith(server, vm, settings.deviations());
                if (expected <= settings.fill() && expected > most) {
                    most = expected;
                    best = server;
                }
            }
        }
        return best;
    }

    private int firstEmpty(List<Integer> candidates, int vm) {
        for (int server : candidates) {
            if (packing.isEmpty(server) && !sources.contains(server) && serves(server, vm)) {
                return server;
            }
        }
        return NONE;
    }

    private boolean serves(int server, int vm) {
        return vms.get(vm).highest() <= servers.get(server).largestDemand();
    }
}
