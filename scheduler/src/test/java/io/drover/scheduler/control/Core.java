package io.drover.scheduler.control;

import io.drover.messages.HostReport;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationTask;
import io.drover.scheduler.balancing.BalancingStrategy;
import io.drover.scheduler.balancing.strategies.BalancingStrategies;
import io.drover.scheduler.cluster.Rules;
import io.drover.scheduler.cluster.SnapshotBuilder;
import io.drover.scheduler.fakes.FakeFleet;
import io.drover.scheduler.fakes.ManualClock;
import io.drover.scheduler.fakes.StoreSwitch;
import io.drover.schema.memory.MemoryDatabase;
import io.drover.schema.memory.MemorySchedulerStore;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.scheduler.SchedulerStore.Decision;
import io.drover.schema.scheduler.SchedulerStore.MigrationView;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The core over fakes. */
public final class Core {
    public static final Rules RULES = new Rules(0.8, 0.6, 4, 3, Duration.ofMinutes(2), Duration.ofSeconds(30), 2, 2);

    private static final Balancer.Habit HABIT = new Balancer.Habit(BalancerMode.AUTOMATIC, Duration.ofHours(1));

    public final ManualClock clock = new ManualClock();
    public final MemoryDatabase database = FakeFleet.database(clock);
    public final StoreSwitch line = new StoreSwitch();
    public final SchedulerStore store = line.before(new MemorySchedulerStore(database));
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

    /** Oldest first. */
    public List<Decision> decisions() {
        return store.decisions(Integer.MAX_VALUE).reversed();
    }

    public List<MigrationView> migrations() {
        return store.migrations(false, Integer.MAX_VALUE);
    }

    /** By host and time. */
    public List<HostReport> reports() {
        return store.reports(Instant.EPOCH);
    }

    /** The task of a migration that must be there. */
    public MigrationTask task(MigrationId id) {
        return store.migration(id).orElseThrow().migration().task();
    }

    /** Who asked for a migration that must be there. */
    public String requester(MigrationId id) {
        return Objects.requireNonNull(database.migrations().get(id)).requestedBy;
    }
}
