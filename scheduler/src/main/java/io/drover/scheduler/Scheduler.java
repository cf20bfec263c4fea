package io.drover.scheduler;

import io.drover.messages.time.Clock;
import io.drover.scheduler.balancing.BalancingStrategy;
import io.drover.scheduler.balancing.strategies.BalancingStrategies;
import io.drover.scheduler.bus.RequestHandler;
import io.drover.scheduler.bus.SchedulerBus;
import io.drover.scheduler.cluster.SnapshotBuilder;
import io.drover.scheduler.control.Balancer;
import io.drover.scheduler.control.Dispatch;
import io.drover.scheduler.control.HungTransactions;
import io.drover.scheduler.control.Identifiers;
import io.drover.scheduler.control.LeaseWatch;
import io.drover.scheduler.control.OutboxRelay;
import io.drover.scheduler.control.Plans;
import io.drover.scheduler.control.QueuedWatch;
import io.drover.scheduler.control.Requests;
import io.drover.scheduler.control.Retention;
import io.drover.scheduler.control.TelemetryIntake;
import io.drover.scheduler.http.BalancerRoutes;
import io.drover.scheduler.http.FleetRoutes;
import io.drover.scheduler.http.Health;
import io.drover.scheduler.http.HttpApi;
import io.drover.scheduler.http.RouteGroup;
import io.drover.scheduler.http.Routes;
import io.drover.scheduler.http.TokenRoutes;
import io.drover.scheduler.quartz.PeriodicJob;
import io.drover.scheduler.quartz.PeriodicJob.OnMisfire;
import io.drover.schema.Database;
import io.drover.schema.DatabaseSettings;
import io.drover.schema.scheduler.AccessStore;
import io.drover.schema.scheduler.PostgresAccessStore;
import io.drover.schema.scheduler.PostgresSchedulerStore;
import io.drover.schema.scheduler.PostgresTelemetryHistory;
import io.drover.schema.scheduler.SchedulerStore;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A scheduler, wired. {@link #start} listens for HTTP at once, waits for the database in the background, and then takes
 * part; {@code /health} says how far it is. The database's schema must be there: nothing here migrates it.
 */
public final class Scheduler implements AutoCloseable {
    /** Requests, reports, jobs and the relay at once. */
    private static final Duration HUNG_LOOK = Duration.ofSeconds(15);

    private static final int STORE_CONNECTIONS = 8;
    /** Two jobs, the cluster's check-in and the look for triggers. Apart, so that a slow relay cannot starve it. */
    private static final int QUARTZ_CONNECTIONS = 4;

    /** How long a question over HTTP waits for a database that is away. */
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(3);

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);

    private final SchedulerConfig config;
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmMemoryMetrics jvm = new JvmMemoryMetrics();
    private final Database database;
    private final Database quartzDatabase;
    private final SchedulerBus bus;
    private final Routes routes;
    private final AccessStore access;
    private final Clock clock;
    private final SchedulerMembership participation;
    private @Nullable HttpApi http;

    public Scheduler(SchedulerConfig config, Clock clock, RandomGenerator random) {
        this.config = config;
        this.clock = clock;
        this.database = open(config.database(), STORE_CONNECTIONS);
        this.quartzDatabase = open(config.database(), QUARTZ_CONNECTIONS);
        SchedulerStore store = new PostgresSchedulerStore(database);
        SchedulerConfig.Balance balance = config.balance();
        BalancingStrategy strategy = BalancingStrategies.named(balance.strategy());
        var history = new PostgresTelemetryHistory(database);
        var snapshots = new SnapshotBuilder(store, history, balance.rules());
        var dispatch = new Dispatch(store, config.tasks(), clock, meters);
        var balancer = new Balancer(store, snapshots, strategy, dispatch, clock, balance.habit());
        var plans = new Plans(store, snapshots, dispatch, clock);
        var requests = new Requests(store, snapshots, strategy, dispatch, balancer, clock);
        var intake = new TelemetryIntake(store, config.rights(), clock, meters);
        this.bus = new SchedulerBus(
                config.broker(), config.rights(), config.name(), random, new RequestHandler(requests, store), intake);
        var relay = new OutboxRelay(store, bus::publish, bus::ready, meters);
        var health = new Health(store, bus::trouble, clock);
        this.access = new PostgresAccessStore(database);
        List<RouteGroup> groups = List.of(
                new FleetRoutes(history, store),
                new BalancerRoutes(store, balancer, plans),
                new TokenRoutes(access, random));
        this.routes = new Routes(store, requests, new Identifiers(random), health, meters::scrape, groups);
        this.participation = new SchedulerMembership(
                store::ping,
                new SchedulerMembership.Parts(
                        bus, relay, quartzDatabase.dataSource(), config.name(), jobs(store, balancer, clock)),
                clock);
        jvm.bindTo(meters);
        Gauge.builder("drover.broker.connected", bus, bound -> bound.ready() ? 1 : 0)
                .register(meters);
    }

    /** Returns when HTTP is served; throws, naming key and address, when its port is taken. */
    public void start() throws IOException {
        http = HttpApi.start(config.http(), routes, access, clock);
        participation.start();
    }

    /** The name of a loop that hangs, if one does. */
    public Optional<String> hanging() {
        return participation.hanging();
    }

    /** Where HTTP is served; the port that was given out when the configured one is 0. */
    public InetSocketAddress httpAddress() {
        HttpApi api = http;
        if (api == null) {
            throw new IllegalStateException("not started");
        }
        return api.address();
    }

    /** Ends what is under way; the other schedulers of the cluster go on. */
    @Override
    public void close() {
        HttpApi api = http;
        if (api != null) {
            api.close();
        }
        participation.close();
        quartzDatabase.close();
        database.close();
        meters.close();
    }

    private List<PeriodicJob> jobs(SchedulerStore store, Balancer balancer, Clock clock) {
        SchedulerConfig.Periods periods = config.periods();
        var leases = new LeaseWatch(store, meters);
        var queued = new QueuedWatch(store, periods.repost(), meters);
        var retention = new Retention(store, clock);
        var hung = new HungTransactions(store);
        return List.of(
                // It asks at each look whether it is wanted: an operator may change that at any time.
                new PeriodicJob(
                        "balance",
                        config.balance().period(),
                        OnMisfire.SKIP,
                        at -> balancer.balance(Identifiers.decisionFor("balance at " + at))),
                new PeriodicJob("watch-leases", periods.leaseWatch(), OnMisfire.SKIP, at -> leases.look()),
                new PeriodicJob("end-hung-transactions", HUNG_LOOK, OnMisfire.SKIP, at -> hung.end()),
                new PeriodicJob("repost-queued", half(periods.repost()), OnMisfire.SKIP, at -> queued.look()),
                new PeriodicJob("retention", periods.retention(), OnMisfire.CATCH_UP_ONCE, at -> retention.run()));
    }

    private static Duration half(Duration period) {
        Duration half = period.dividedBy(2);
        Duration least = Duration.ofMillis(100);
        return half.compareTo(least) < 0 ? least : half;
    }

    private static Database open(SchedulerConfig.DatabaseLogin login, int connections) {
        return Database.open(new DatabaseSettings(
                login.url(), login.user(), login.password(), connections, CONNECT_WITHIN, ANSWER_WITHIN));
    }
}
