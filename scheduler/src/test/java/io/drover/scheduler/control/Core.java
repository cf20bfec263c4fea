package io.drover.scheduler.control;

import io.drover.scheduler.balancing.BalancingStrategy;
import io.drover.scheduler.balancing.strategies.BalancingStrategies;
import io.drover.scheduler.cluster.Rules;
import io.drover.scheduler.cluster.SnapshotBuilder;
import io.drover.scheduler.fakes.FakeFleet;
import io.drover.scheduler.fakes.InMemoryStore;
import io.drover.scheduler.fakes.ManualClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;

/** The core over fakes. */
public final class Core {
    public static final Rules RULES = new Rules(0.8, 0.6, 4, 3, Duration.ofMinutes(2), Duration.ofSeconds(30), 2, 2);

    private static final Balancer.Habit HABIT = new Balancer.Habit(BalancerMode.AUTOMATIC, Duration.ofHours(1));

    public final InMemoryStore store = FakeFleet.store();
    public final ManualClock clock = new ManualClock();
    public final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    public final SnapshotBuilder snapshots = new SnapshotBuilder(store, (since, until) -> Map.of(), RULES);
    public final Balancer balancer;
    public final Requests requests;
    public final Plans plans;

    public Core() {
        BalancingStrategy strategy = BalancingStrategies.named("drover");
        var dispatch =
                new Dispatch(store, new TaskDefaults("pre-copy", "stop-and-copy", Duration.ofHours(1)), clock, meters);
        balancer = new Balancer(store, snapshots, strategy, dispatch, clock, HABIT);
        plans = new Plans(store, snapshots, dispatch, clock);
        requests = new Requests(store, snapshots, strategy, dispatch, balancer, clock);
    }
}
