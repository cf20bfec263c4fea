package io.drover.scheduler;

import io.drover.messages.amqp.BrokerConfig;
import io.drover.messages.bus.BusRights;
import io.drover.messages.config.ConfigException;
import io.drover.messages.config.Settings;
import io.drover.messages.http.MonitoringSettings;
import io.drover.scheduler.balancing.strategies.BalancingStrategies;
import io.drover.scheduler.cluster.Rules;
import io.drover.scheduler.control.Balancer;
import io.drover.scheduler.control.BalancerMode;
import io.drover.scheduler.control.TaskDefaults;
import io.drover.scheduler.http.HttpSettings;
import io.drover.schema.DatabaseUrl;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The configuration of a scheduler: a properties file. An unknown key stops the start.
 *
 * <table>
 * <caption>Keys, defaults and why</caption>
 * <tr><td>{@code scheduler.name}</td><td>{@code scheduler}; in queue names and logs, one of its own for each scheduler</td></tr>
 * <tr><td>{@code database.url}</td><td>needed; JDBC URL of PostgreSQL</td></tr>
 * <tr><td>{@code database.user}</td><td>{@code drover_scheduler}, the role the schema makes</td></tr>
 * <tr><td>{@code database.password}</td><td>needed</td></tr>
 * <tr><td>{@code rabbit.host}, {@code .port}, {@code .vhost}, {@code .user}, {@code .password}, {@code .queue-mode}, {@code .encryption}, {@code .tls}</td>
 *     <td>see {@link BrokerConfig}</td></tr>
 * <tr><td>{@code rabbit.senders}, {@code .commanders}, {@code .host-users}</td><td>see {@link BusRights}</td></tr>
 * <tr><td>{@code http.address}</td><td>127.0.0.1; beyond loopback with TLS and tokens only</td></tr>
 * <tr><td>{@code http.port}</td><td>7070; 0: any that is free</td></tr>
 * <tr><td>{@code http.access}, {@code http.tls.certificate}, {@code http.tls.key}</td><td>see {@link HttpSettings}</td></tr>
 * <tr><td>{@code monitoring.address}, …</td><td>{@code none}: see {@link MonitoringSettings}</td></tr>
 * <tr><td>{@code balance.mode}</td><td>{@code automatic}, {@code recommend}, {@code shadow} or {@code off}, until an operator wants another</td></tr>
 * <tr><td>{@code balance.plan_expires_s}</td><td>3600: how long a recommended plan may be approved</td></tr>
 * <tr><td>{@code balance.strategy}</td><td>{@code drover}</td></tr>
 * <tr><td>{@code balance.period_s}</td><td>10: twice a telemetry period of five seconds</td></tr>
 * <tr><td>{@code balance.high}</td><td>0.8 of capacity; above it queueing grows fast</td></tr>
 * <tr><td>{@code balance.low}</td><td>0.6: far enough below high that the next peak is no new overload</td></tr>
 * <tr><td>{@code balance.samples_n}</td><td>6</td></tr>
 * <tr><td>{@code balance.samples_k}</td><td>4 of 6: one short peak moves nothing, one short dip hides nothing</td></tr>
 * <tr><td>{@code balance.cooldown_s}</td><td>300</td></tr>
 * <tr><td>{@code balance.stale_s}</td><td>30: several telemetry periods</td></tr>
 * <tr><td>{@code balance.per_source}, {@code balance.per_destination}</td><td>2 open migrations a host</td></tr>
 * <tr><td>{@code balance.risk}, …</td><td>what a move has to earn and may cost: see {@link EconomyConfig}</td></tr>
 * <tr><td>{@code migration.algorithm}</td><td>{@code auto}, where nobody asked for another</td></tr>
 * <tr><td>{@code migration.deadline_s}</td><td>86400; 0: none</td></tr>
 * <tr><td>{@code queued.repost_s}</td><td>60: a task that nobody claimed is posted again</td></tr>
 * <tr><td>{@code lease.watch_s}</td><td>15</td></tr>
 * <tr><td>{@code retention.period_s}</td><td>300, the length of a roll-up's slot</td></tr>
 * </table>
 *
 * @param name no two schedulers have the same
 * @param balance whether the balancer runs by itself
 */
public record SchedulerConfig(
        String name,
        DatabaseLogin database,
        BrokerConfig broker,
        BusRights rights,
        HttpSettings http,
        MonitoringSettings monitoring,
        Balance balance,
        TaskDefaults tasks,
        Periods periods) {

    /** Reads every key; throws {@link ConfigException} that names the key at fault. */
    public static SchedulerConfig read(Settings settings) throws ConfigException {
        var config = new SchedulerConfig(
                name(settings),
                DatabaseLogin.read(settings),
                BrokerConfig.read(settings),
                BusRights.read(settings),
                HttpSettings.read(settings),
                // The API has both of them on its own address.
                MonitoringSettings.read(settings, new MonitoringSettings.Usual("none", 7071, null)),
                Balance.read(settings),
                tasks(settings),
                Periods.read(settings));
        settings.refuseUnknown();
        return config;
    }

    /** Where PostgreSQL is and how a scheduler logs in. */
    public record DatabaseLogin(String url, String user, String password) {
        static DatabaseLogin read(Settings settings) throws ConfigException {
            return new DatabaseLogin(
                    DatabaseUrl.read(settings),
                    settings.text("database.user", "drover_scheduler"),
                    settings.secret("database.password"));
        }

        @Override
        public String toString() {
            return user + " at " + url;
        }
    }

    /** How hosts are relieved; {@code strategy} is a name of {@link BalancingStrategies}. */
    public record Balance(Balancer.Habit habit, String strategy, Duration period, Rules rules) {
        static Balance read(Settings settings) throws ConfigException {
            List<String> modes =
                    Stream.of(BalancerMode.values()).map(BalancerMode::wireName).toList();
            return new Balance(
                    new Balancer.Habit(
                            BalancerMode.of(settings.choice("balance.mode", "automatic", modes)),
                            settings.seconds("balance.plan_expires_s", 3600, 1, 604_800)),
                    settings.choice("balance.strategy", "drover", BalancingStrategies.names()),
                    settings.seconds("balance.period_s", 10, 0.1, 3600),
                    rules(settings));
        }

        private static Rules rules(Settings settings) throws ConfigException {
            double high = settings.real("balance.high", 0.8, 0.01, 1);
            int n = (int) settings.whole("balance.samples_n", 6, 1, 1000);
            int k = (int) settings.whole("balance.samples_k", 4, 1, 1000);
            double low = settings.real("balance.low", 0.6, 0.01, 1);
            Duration coolDown = settings.seconds("balance.cooldown_s", 300, 0, 86_400);
            Duration stale = settings.seconds("balance.stale_s", 30, 0.5, 3600);
            int perSource = (int) settings.whole("balance.per_source", 2, 1, 100);
            int perDestination = (int) settings.whole("balance.per_destination", 2, 1, 100);
            try {
                return new Rules(
                        high, low, n, k, coolDown, stale, perSource, perDestination, EconomyConfig.read(settings));
            } catch (IllegalArgumentException e) {
                throw new ConfigException("balance." + e.getMessage());
            }
        }
    }

    /** How often the clockwork looks; {@code repost} is the age at which a queued task is posted again. */
    public record Periods(Duration repost, Duration leaseWatch, Duration retention) {
        static Periods read(Settings settings) throws ConfigException {
            return new Periods(
                    settings.seconds("queued.repost_s", 60, 0.1, 86_400),
                    settings.seconds("lease.watch_s", 15, 0.1, 3600),
                    settings.seconds("retention.period_s", 300, 0.1, 3600));
        }
    }

    private static String name(Settings settings) throws ConfigException {
        String name = settings.text("scheduler.name", "scheduler");
        if (!name.matches("[a-z0-9][a-z0-9-]{0,62}")) {
            throw new ConfigException("scheduler.name: '" + name + "' is not lower-case letters, digits and dashes");
        }
        return name;
    }

    private static TaskDefaults tasks(Settings settings) throws ConfigException {
        String algorithm = settings.text("migration.algorithm", "auto");
        String swapAlgorithm = settings.text("migration.swap_algorithm", algorithm);
        Duration deadline = settings.seconds("migration.deadline_s", 86_400, 0, 31_536_000);
        try {
            return new TaskDefaults(algorithm, swapAlgorithm.equals(algorithm) ? null : swapAlgorithm, deadline);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("migration." + e.getMessage());
        }
    }
}
