package io.drover.cli.doors;

import io.drover.messages.http.HttpServer;
import io.drover.messages.time.SystemClock;
import io.drover.scheduler.balancing.BalancingStrategy;
import io.drover.scheduler.balancing.strategies.BalancingStrategies;
import io.drover.scheduler.cluster.Rules;
import io.drover.scheduler.cluster.SnapshotBuilder;
import io.drover.scheduler.control.Balancer;
import io.drover.scheduler.control.BalancerMode;
import io.drover.scheduler.control.Dispatch;
import io.drover.scheduler.control.Identifiers;
import io.drover.scheduler.control.Plans;
import io.drover.scheduler.control.Requests;
import io.drover.scheduler.control.TaskDefaults;
import io.drover.scheduler.http.BalancerRoutes;
import io.drover.scheduler.http.FleetRoutes;
import io.drover.scheduler.http.Health;
import io.drover.scheduler.http.HttpApi;
import io.drover.scheduler.http.HttpSettings;
import io.drover.scheduler.http.Routes;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.scheduler.AccessStore;
import io.drover.schema.scheduler.SchedulerStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A scheduler's real HTTP API whose database is away: a request that comes in is answered 503, whatever it asks for.
 */
final class AwayScheduler implements AutoCloseable {
    private static final Rules RULES = new Rules(0.8, 0.6, 4, 3, Duration.ofMinutes(2), Duration.ofSeconds(30), 2, 2);

    private final HttpServer http;

    AwayScheduler() throws IOException {
        this(HttpSettings.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    }

    AwayScheduler(HttpSettings settings) throws IOException {
        var store = (SchedulerStore) Proxy.newProxyInstance(
                SchedulerStore.class.getClassLoader(),
                new Class<?>[] {SchedulerStore.class},
                (proxy, method, arguments) -> {
                    throw new StoreUnavailableException("away");
                });
        var clock = new SystemClock();
        BalancingStrategy strategy = BalancingStrategies.named("drover");
        var snapshots = new SnapshotBuilder(store, (since, until) -> Map.of(), RULES);
        var dispatch =
                new Dispatch(store, new TaskDefaults("auto", null, Duration.ZERO), clock, new SimpleMeterRegistry());
        var habit = new Balancer.Habit(BalancerMode.AUTOMATIC, Duration.ofHours(1));
        var balancer = new Balancer(store, snapshots, strategy, dispatch, clock, habit);
        var plans = new Plans(store, snapshots, dispatch, clock);
        var routes = new Routes(
                store,
                new Requests(store, snapshots, strategy, dispatch, balancer, clock),
                new Identifiers(new SplittableRandom(1)),
                new Health(store, Optional::empty, Optional::empty, new SystemClock()),
                () -> "",
                List.of(
                        new FleetRoutes(
                                (since, until) -> {
                                    throw new StoreUnavailableException("away");
                                },
                                store),
                        new BalancerRoutes(store, balancer, plans)));
        // The audit takes everything in: it is asked before a request is looked at.
        var access = (AccessStore) Proxy.newProxyInstance(
                AccessStore.class.getClassLoader(),
                new Class<?>[] {AccessStore.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "begun" -> 1L;
                    case "ended" -> null;
                    default -> throw new StoreUnavailableException("away");
                });
        http = HttpApi.start(settings, routes, access, clock);
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + http.address().getPort());
    }

    @Override
    public void close() {
        http.close();
    }
}
