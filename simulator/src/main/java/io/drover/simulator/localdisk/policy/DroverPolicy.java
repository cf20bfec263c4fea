package io.drover.simulator.localdisk.policy;

import io.drover.messages.HostId;
import io.drover.messages.VmId;
import io.drover.scheduler.balancing.BalancingStrategy;
import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.balancing.strategies.BalancingStrategies;
import io.drover.scheduler.cluster.ClusterSnapshot;
import io.drover.scheduler.cluster.Rules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Drover's own strategy, asked as the scheduler asks it: with a snapshot of samples, moves under way and moves of the
 * last day, by the scheduler's standard economy.
 */
final class DroverPolicy implements LocalDiskPolicy {
    private static final int PERIOD_S = 60;

    /**
     * Samples come every five minutes here and not every few seconds: an hour of them is looked at, and one over the
     * mark is enough where the forecast agrees. A host has one copy under way, which has the whole link.
     */
    private static Rules rules(double high, double low) {
        return new Rules(high, low, SnapshotOfFleet.SAMPLES, 1, Duration.ofMinutes(5), Duration.ofMinutes(11), 1, 1);
    }

    private final Rules rules;

    private final BalancingStrategy strategy = BalancingStrategies.named("drover");
    private final DroverHistory history = new DroverHistory();

    /**
     * Fractions of a host.
     *
     * @param high what it is not to be over
     * @param low what it is brought down to
     */
    DroverPolicy(double high, double low) {
        rules = rules(high, low);
    }

    @Override
    public int periodSeconds() {
        return PERIOD_S;
    }

    @Override
    public List<MoveOrder> decide(FleetView fleet) {
        history.look(fleet);
        ClusterSnapshot snapshot = new SnapshotOfFleet(fleet, history).at(rules);
        var orders = new ArrayList<MoveOrder>();
        for (Move move : strategy.plan(snapshot).moves()) {
            var order = new MoveOrder(index(move.vm().id()), index(move.destination()));
            history.ordered(order, fleet);
            orders.add(order);
        }
        return orders;
    }

    static HostId hostId(int host) {
        return new HostId("h%05d".formatted(host));
    }

    private static int index(HostId host) {
        return Integer.parseInt(host.value().substring(1));
    }

    static VmId vmId(int vm) {
        return new VmId(new UUID(0, vm));
    }

    private static int index(VmId vm) {
        return (int) vm.value().getLeastSignificantBits();
    }
}
