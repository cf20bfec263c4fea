package io.drover.scheduler;

import io.drover.messages.bus.Routing;
import io.drover.messages.http.HttpServer;
import io.drover.messages.http.MonitoringServer;
import io.drover.messages.metrics.ProgramMeters;
import io.drover.messages.metrics.QueueMeters;
import io.drover.messages.time.BackgroundLoop;
import io.drover.messages.time.Clock;
import io.drover.messages.tls.Pem;
import io.drover.messages.tls.PkiFiles;
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
import io.drover.scheduler.http.HttpSettings;
import io.drover.scheduler.http.RouteGroup;
import io.drover.scheduler.http.Routes;
import io.drover.scheduler.http.TokenRoutes;
import io.drover.scheduler.metrics.FleetMetrics;
import io.drover.scheduler.metrics.JobMeters;
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
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A scheduler, wired. {@link #start} listens for HTTP at once, waits for the database in the background, and then takes
 * part; {@code /health} says how far it is. The database's schema must be there: nothing here migrates it.
 */
public final class Scheduler implements AutoCloseable {
    /** Requests, reports, jobs and the relay at once. */
    private static final Duration HUNG_LOOK = Duration.ofSeconds(15);

    /** After which what was read of the fleet is not told any more. */
    private static final int LOOKS_MISSED = 3;

    private static final int STORE_CONNECTIONS = 8;
    /** Two jobs, the cluster's check-in and the look for triggers. Apart, so that a slow relay cannot starve it. */
    private static final int QUARTZ_CONNECTIONS = 4;

    /** How long a question over HTTP waits for a database that is away. */
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(3);

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);

    private final SchedulerConfig config;
    private final ProgramMeters meters = new ProgramMeters("scheduler");
    private final Database database;
    private final Database quartzDatabase;
    private final SchedulerBus bus;
    private final Routes routes;
    private final AccessStore access;
    private final Clock clock;
    private final SchedulerMembership participation;
    private final Health health;
    private final BackgroundLoop looking;
    private @Nullable HttpServer http;
    private @Nullable HttpServer monitoring;

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
        var dispatch = new Dispatch(store, config.tasks(), clock, meters.registry());
        var balancer = new Balancer(store, snapshots, strategy, dispatch, clock, balance.habit());
        var plans = new Plans(store, snapshots, dispatch, clock);
        var requests = new Requests(store, snapshots, strategy, dispatch, balancer, clock);
        var intake = new TelemetryIntake(store, config.rights(), clock, meters.registry());
        this.bus = new SchedulerBus(
                config.broker(), config.rights(), config.name(), random, new RequestHandler(requests, store), intake);
        var relay = new OutboxRelay(store, bus::publish, bus::ready, meters.registry());
        this.health = new Health(store, bus::trouble, this::hanging, clock);
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
        this.looking = BackgroundLoop.periodic(
                "reading what metrics tell",
                config.monitoring().period(),
                clock,
                measured(new FleetMetrics.Sources(store::statistics, balancer::mode, snapshots::latest)));
    }

    /** Registers what is told of the fleet and of this scheduler; returns the look at what it is made of. */
    private BackgroundLoop.Work measured(FleetMetrics.Sources sources) {
        var fleet = new FleetMetrics(
                sources,
                clock,
                longer(config.monitoring().period(), config.balance().period()).multipliedBy(LOOKS_MISSED));
        var queues = new QueueMeters(
                meters.registry(),
                List.of(Routing.scheduler(), Routing.scheduler() + "." + config.name(), Routing.REJECTED_QUEUE),
                bus::waiting);
        meters.add(fleet);
        meters.needs(fleet::trouble, bus::outage, this::hanging);
        Gauge.builder("drover.scheduler.member", () -> participation.takesPart() ? 1 : 0)
                .description("1 while the scheduler takes its part of the cluster's work, else 0.")
                .register(meters.registry());
        return () -> {
            fleet.look();
            queues.look();
        };
    }

    private void certificates() throws IOException {
        HttpSettings.Tls api = config.http().tls();
        if (api != null) {
            meters.certificate("api", Pem.certificate(api.certificate()));
        }
        Path pki = config.monitoring().pki();
        if (pki != null) {
            meters.certificates(new PkiFiles(pki));
        }
    }

    /** Returns when HTTP is served; throws, naming key and address, when its port is taken. */
    public void start() throws IOException {
        certificates();
        http = HttpApi.start(config.http(), routes, access, clock);
        monitoring = MonitoringServer.start(config.monitoring(), health, meters::scrape)
                .orElse(null);
        var _ = looking.start();
        participation.start();
    }

    /** The name of a loop that hangs, if one does. */
    public Optional<String> hanging() {
        return participation
                .hanging()
                .or(() -> Optional.of(looking).filter(BackgroundLoop::hangs).map(BackgroundLoop::name));
    }

    /** Where HTTP is served; the port that was given out when the configured one is 0. */
    public InetSocketAddress httpAddress() {
        HttpServer api = http;
        if (api == null) {
            throw new IllegalStateException("not started");
        }
        return api.address();
    }

    /** Where monitoring has an address of its own; empty before the start, and where the configuration gives it none. */
    public Optional<InetSocketAddress> monitoringAddress() {
        return Optional.ofNullable(monitoring).map(HttpServer::address);
    }

    /** Ends what is under way; the other schedulers of the cluster go on. */
    @Override
    public void close() {
        Stream.of(Optional.ofNullable(monitoring), Optional.ofNullable(http))
                .flatMap(Optional::stream)
                .forEach(HttpServer::close);
        looking.close();
        participation.close();
        quartzDatabase.close();
        database.close();
        meters.close();
    }

    private List<PeriodicJob> jobs(SchedulerStore store, Balancer balancer, Clock clock) {
        SchedulerConfig.Periods periods = config.periods();
        var leases = new LeaseWatch(store);
        var queued = new QueuedWatch(store, periods.repost(), meters.registry());
        var retention = new Retention(store, clock);
        var hung = new HungTransactions(store);
        var counted = new JobMeters(meters.registry(), clock);
        return Stream.of(
                        // It asks at each look whether it is wanted: an operator may change that at any time.
                        new PeriodicJob(
                                "balance",
                                config.balance().period(),
                                OnMisfire.SKIP,
                                at -> balancer.balance(Identifiers.decisionFor("balance at " + at))),
                        new PeriodicJob("watch-leases", periods.leaseWatch(), OnMisfire.SKIP, at -> leases.look()),
                        new PeriodicJob("end-hung-transactions", HUNG_LOOK, OnMisfire.SKIP, at -> hung.end()),
                        new PeriodicJob("repost-queued", half(periods.repost()), OnMisfire.SKIP, at -> queued.look()),
                        new PeriodicJob(
                                "retention", periods.retention(), OnMisfire.CATCH_UP_ONCE, at -> retention.run()))
                .map(counted::counted)
                .toList();
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
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
