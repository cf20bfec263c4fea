package io.drover.cli.simulation;

import io.drover.messages.HostId;
import io.drover.messages.HostReport;
import io.drover.messages.MigrationId;
import io.drover.messages.bus.BusRights;
import io.drover.messages.bus.Routing;
import io.drover.messages.bus.Sender;
import io.drover.messages.time.BackgroundLoop;
import io.drover.messages.time.Clock;
import io.drover.scheduler.balancing.BalancingStrategy;
import io.drover.scheduler.balancing.strategies.BalancingStrategies;
import io.drover.scheduler.cluster.Economy;
import io.drover.scheduler.cluster.Rules;
import io.drover.scheduler.cluster.SnapshotBuilder;
import io.drover.scheduler.control.Balancer;
import io.drover.scheduler.control.BalancerMode;
import io.drover.scheduler.control.Dispatch;
import io.drover.scheduler.control.Identifiers;
import io.drover.scheduler.control.LeaseWatch;
import io.drover.scheduler.control.OutboxRelay;
import io.drover.scheduler.control.QueuedWatch;
import io.drover.scheduler.control.Requests;
import io.drover.scheduler.control.TaskDefaults;
import io.drover.scheduler.control.TelemetryIntake;
import io.drover.scheduler.quartz.PeriodicJob;
import io.drover.scheduler.quartz.PeriodicJob.OnMisfire;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.worker.sim.control.SimFleet;
import io.drover.worker.sim.control.SimStores;
import io.drover.worker.sim.control.SimTables;
import io.drover.worker.sim.control.SimWorld;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** One scheduler process: the real core, wired as the program wires it, living until it is killed. */
final class SimScheduler {
    /** No rest for bytes and no ban on returning: the world ends before either would. */
    static final Rules RULES = new Rules(0.8, 0.6, 3, 2, Duration.ofSeconds(8), Duration.ofSeconds(3), 2, 2)
            .with(new Economy(
                    0.3, 0.01, 1.64, Duration.ofHours(1), 1, 0.1, 0.1, 0.5, 4, Duration.ZERO, Duration.ZERO, 0, 0, 0));

    static final Duration BALANCE_EVERY = Duration.ofSeconds(2);
    private static final Balancer.Habit HABIT = new Balancer.Habit(BalancerMode.AUTOMATIC, Duration.ofHours(1));
    private static final Duration REPOST_AFTER = Duration.ofSeconds(4);
    private static final TaskDefaults DEFAULTS = new TaskDefaults("pre-copy", null, Duration.ofSeconds(60));
    private static final Duration LISTEN = Duration.ofSeconds(5);

    private final SimWorld world;
    private final SimFleet fleet;
    private final SimTables tables;
    private final SimBroker broker;
    private final SimClockwork clockwork;
    private final HostId name;
    private final Deque<HostReport> reports = new ArrayDeque<>();
    private Runnable onCommitted = () -> {};
    private boolean up;
    private int lives;

    /** Where the database's network knows schedulers by a host's name. */
    SimScheduler(SimFleet fleet, SimTables tables, SimBroker broker, SimClockwork clockwork, String name) {
        this.world = fleet.world();
        this.fleet = fleet;
        this.tables = tables;
        this.broker = broker;
        this.clockwork = clockwork;
        this.name = new HostId(name);
    }

    HostId name() {
        return name;
    }

    boolean up() {
        return up;
    }

    /** To be told when this scheduler has committed a migration and not published it. */
    void onCommitted(Runnable action) {
        onCommitted = action;
    }

    void kill() {
        world.note(name + " dies");
        if (tables.somethingCommittedOnly()) {
            world.count("a scheduler died between commit and publish");
        }
        up = false;
        reports.clear();
    }

    private BooleanSupplier thisLife() {
        int life = lives;
        return () -> up && lives == life;
    }

    void start() {
        world.note(name + " starts");
        lives++;
        up = true;
        BooleanSupplier life = thisLife();
        SchedulerStore store = store();
        Clock clock = world.clock();
        var meters = new SimpleMeterRegistry();
        var dispatch = new Dispatch(store, DEFAULTS, clock, meters);
        var balancer = new Balancer(store, snapshots(store), strategy(), dispatch, clock, HABIT);
        var intake = new TelemetryIntake(store, BusRights.DEFAULT, clock, meters);
        var relay = new OutboxRelay(
                store,
                message ->
                        broker.publish(message.exchange(), message.routingKey(), message.messageId(), message.body()),
                broker::up,
                meters);
        world.spawn(life, BackgroundLoop.paced("outbox-relay", clock, relay::relayOnce));
        world.spawn(life, () -> listen(intake));
        var queued = new QueuedWatch(store, REPOST_AFTER, meters);
        var leases = new LeaseWatch(store);
        for (PeriodicJob job : List.of(
                new PeriodicJob(
                        "balance",
                        BALANCE_EVERY,
                        OnMisfire.SKIP,
                        at -> balancer.balance(Identifiers.decisionFor("balance at " + at))),
                new PeriodicJob("repost-queued", REPOST_AFTER.dividedBy(2), OnMisfire.SKIP, at -> repost(queued)),
                new PeriodicJob("watch-leases", Duration.ofSeconds(4), OnMisfire.SKIP, at -> leases.look()))) {
            world.spawn(life, () -> fire(job, store, life));
        }
    }

    private void repost(QueuedWatch queued) {
        long lost = queued.look().stream().filter(this::wasTaken).count();
        if (lost > 0) {
            world.count("posted again after a lost wake-up");
        }
    }

    private boolean wasTaken(MigrationId id) {
        return tables.migrations().stream()
                .filter(posted -> posted.task().id().equals(id))
                .anyMatch(posted -> posted.messages().stream().anyMatch(broker::taken));
    }

    private SchedulerStore store() {
        return SimStores.scheduler(fleet, tables, name, onCommitted);
    }

    private static SnapshotBuilder snapshots(SchedulerStore store) {
        return new SnapshotBuilder(store, (since, until) -> Map.of(), RULES);
    }

    private static BalancingStrategy strategy() {
        return BalancingStrategies.named("drover");
    }

    /** What an operator asks this scheduler for; runs only while this life lasts. */
    void ask(Question question) {
        BooleanSupplier life = thisLife();
        world.spawn(life, () -> {
            SchedulerStore store = store();
            var dispatch = new Dispatch(store, DEFAULTS, world.clock(), new SimpleMeterRegistry());
            var balancer = new Balancer(store, snapshots(store), strategy(), dispatch, world.clock(), HABIT);
            question.ask(new Requests(store, snapshots(store), strategy(), dispatch, balancer, world.clock()));
        });
    }

    /** Something asked of a scheduler. */
    @FunctionalInterface
    interface Question {
        void ask(Requests requests);
    }

    void offer(HostReport report) {
        reports.add(report);
    }

    private void listen(TelemetryIntake intake) {
        while (true) {
            world.await(() -> !reports.isEmpty(), LISTEN);
            HostReport report = reports.poll();
            if (report != null) {
                intake.take(new Sender(BusRights.DEFAULT.hostUser(report.host()), Routing.EXCHANGE), report);
            }
        }
    }

    private void fire(PeriodicJob job, SchedulerStore store, BooleanSupplier life) {
        while (true) {
            Duration wait = clockwork.untilNext(job);
            world.pause(wait.compareTo(Duration.ofSeconds(1)) > 0 ? Duration.ofSeconds(1) : wait);
            try {
                store.ping();
                clockwork.take(job, life).ifPresent(firing -> run(job, firing));
                world.pause(world.millis(1, 200));
            } catch (StoreUnavailableException e) {
                world.pause(Duration.ofMillis(500));
            }
        }
    }

    private void run(PeriodicJob job, SimClockwork.Firing firing) {
        try {
            job.work().run(firing.scheduledAt());
        } catch (StoreUnavailableException e) {
            world.note("%s: %s next time: %s".formatted(name, job.name(), e.getMessage()));
        }
        clockwork.done(firing);
    }
}
