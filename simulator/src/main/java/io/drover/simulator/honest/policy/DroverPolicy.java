package io.drover.simulator.honest.policy;

import io.drover.messages.HostId;
import io.drover.messages.VmId;
import io.drover.scheduler.balancing.BalancingStrategies;
import io.drover.scheduler.balancing.BalancingStrategy;
import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.cluster.ClusterSnapshot;
import io.drover.scheduler.cluster.Rules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Drover's own strategy, asked as the scheduler asks it: with a snapshot of samples, moves under way and moves of the last
 * day, by the scheduler's standard economy.
 */
final class DroverPolicy implements HonestPolicy {
    private static final int PERIOD_S = 60;

    /** Samples come every five minutes here and not every few seconds: fewer of them say as much. */
    private static final Rules RULES =
            new Rules(0.8, 0.6, SnapshotOfFleet.SAMPLES, 2, Duration.ofMinutes(5), Duration.ofMinutes(11), 2, 2);

    private final BalancingStrategy strategy = BalancingStrategies.named("drover");
    private final DroverHistory history = new DroverHistory();

    @Override
    public int periodSeconds() {
        return PERIOD_S;
    }

    @Override
    public List<MoveOrder> decide(FleetView fleet) {
        history.look(fleet);
        ClusterSnapshot snapshot = new SnapshotOfFleet(fleet, history).at(RULES);
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
