package io.drover.simulator.cloudsim.policy;

import io.drover.simulator.cloudsim.fleet.CloudsimFleet;
import io.drover.simulator.cloudsim.fleet.CloudsimMove;
import io.drover.simulator.cloudsim.fleet.Vms;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The experiment's own policies: relieve over-loaded hosts, then empty the least loaded, each VM to where it adds
 * least power (Beloglazov and Buyya 2012, power-aware best fit decreasing).
 *
 * <p>Kept as they are in CloudSim 3.0.3, slips included: hosts that were given VMs in the first half may be
 * emptied in the second, so that a VM may be moved twice at one instant, and both moves count.
 */
final class PowerAwarePolicy implements CloudsimPolicy {
    private static final int NO_HOST = -1;

    private final OverloadCheck test;
    private final VmSelection selection;

    PowerAwarePolicy(OverloadCheck test, VmSelection selection) {
        this.test = test;
        this.selection = selection;
    }

    @Override
    public int[] place(CloudsimFleet fleet) {
        return LeastPowerPlacement.of(fleet, test);
    }

    @Override
    public List<CloudsimMove> plan(CloudsimFleet fleet) {
        return new Round(fleet).moves();
    }

    /** One tick. */
    private final class Round {
        private final Draft draft;
        private final Vms vms;
        private final int hostCount;
        private final double[] utilisation;
        private final double[] watts;
        private final boolean[] overloaded;
        private final Comparator<Integer> byLoad;
        private final List<CloudsimMove> moves = new ArrayList<>();

        Round(CloudsimFleet fleet) {
            draft = new Draft(fleet);
            vms = fleet.vms();
            hostCount = fleet.hostCount();
            utilisation = new double[hostCount];
            watts = new double[hostCount];
            overloaded = new boolean[hostCount];
            for (int host = 0; host < hostCount; host++) {
                utilisation[host] = fleet.host(host).utilisation();
                watts[host] = fleet.host(host).type().power().watts(utilisation[host]);
                overloaded[host] = test.overloaded(draft.load(host));
            }
            byLoad = Comparator.comparingDouble(vm -> -vms.requestedMips(vm));
        }

        List<CloudsimMove> moves() {
            relieve();
            emptyLeastLoaded();
            return moves;
        }

        private void relieve() {
            var leaving = new ArrayList<Integer>();
            for (int host = 0; host < hostCount; host++) {
                if (overloaded[host]) {
                    shed(host, leaving);
                }
            }
            leaving.sort(byLoad);
            for (int vm : leaving) {
                int target = target(vm, overloaded);
                if (target != NO_HOST) {
                    draft.add(target, vm);
                    moves.add(new CloudsimMove(vm, target));
                }
            }
        }

        private void shed(int host, List<Integer> leaving) {
            boolean hot = true;
            while (hot && draft.count(host) > 0) {
                int vm = selection.choose(vms, vms(host));
                leaving.add(vm);
                draft.remove(host, vm);
                hot = test.overloaded(draft.load(host));
            }
        }

        private void emptyLeastLoaded() {
            boolean[] done = overloaded.clone();
            boolean[] noTarget = overloaded.clone();
            for (int host = 0; host < hostCount; host++) {
                done[host] |= utilisation[host] == 0;
                noTarget[host] |= utilisation[host] == 0;
            }
            int least = leastLoaded(done);
            while (least != NO_HOST) {
                done[least] = true;
                noTarget[least] = true;
                for (CloudsimMove move : placeAll(vms(least), noTarget)) {
                    done[move.target()] = true;
                    moves.add(move);
                }
                least = leastLoaded(done);
            }
        }

        private int leastLoaded(boolean[] excluded) {
            int least = NO_HOST;
            double lowest = 1;
            for (int host = 0; host < hostCount; host++) {
                if (!excluded[host] && utilisation[host] > 0 && utilisation[host] < lowest && draft.count(host) > 0) {
                    lowest = utilisation[host];
                    least = host;
                }
            }
            return least;
        }

        /** Places all, or none. */
        private List<CloudsimMove> placeAll(List<Integer> leaving, boolean[] excluded) {
            var placed = new ArrayList<CloudsimMove>();
            leaving.sort(byLoad);
            for (int vm : leaving) {
                int target = target(vm, excluded);
                if (target == NO_HOST) {
                    placed.forEach(move -> draft.remove(move.target(), move.vm()));
                    return List.of();
                }
                draft.add(target, vm);
                placed.add(new CloudsimMove(vm, target));
            }
            return placed;
        }

        private int target(int vm, boolean[] excluded) {
            int best = NO_HOST;
            double least = Double.MAX_VALUE;
            for (int host = 0; host < hostCount; host++) {
                if (!excluded[host] && draft.suits(host, vm)) {
                    boolean empty = draft.allocatedMips(host) == 0;
                    if (!empty) {
                        draft.tryOut(host);
                    }
                    double difference = draft.wattsWith(host, vm) - watts[host];
                    if (difference < least && (empty || !test.overloaded(draft.loadWith(host, vm)))) {
                        least = difference;
                        best = host;
                    }
                }
            }
            return best;
        }

        private List<Integer> vms(int host) {
            var vms = new ArrayList<Integer>(draft.count(host));
            for (int i = 0; i < draft.count(host); i++) {
                vms.add(draft.vm(host, i));
            }
            return vms;
        }
    }
}
