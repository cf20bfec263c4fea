package io.drover.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.drover.messages.amqp.QueueMode;
import io.drover.messages.bus.BusRights;
import io.drover.messages.config.ConfigException;
import io.drover.messages.config.Settings;
import io.drover.messages.http.MonitoringSettings;
import io.drover.scheduler.cluster.Economy;
import io.drover.scheduler.cluster.Rules;
import io.drover.scheduler.control.BalancerMode;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchedulerConfigTest {
    private static final Map<String, String> NEEDED = Map.of(
            "database.url", "jdbc:postgresql://127.0.0.1/drover",
            "database.password", "secret of the database",
            "rabbit.user", "drover",
            "rabbit.password", "secret of the broker");

    @Test
    void defaults() throws ConfigException {
        SchedulerConfig config = SchedulerConfig.read(Settings.of(NEEDED));

        assertThat(config.name()).isEqualTo("scheduler");
        assertThat(config.database().user()).isEqualTo("drover_scheduler");
        assertThat(config.broker().address()).isEqualTo("127.0.0.1:5672");
        assertThat(config.http().address().getAddress().isLoopbackAddress()).isTrue();
        assertThat(config.http().address().getPort()).isEqualTo(7070);
        assertThat(config.http().open()).isTrue();
        assertThat(config.balance().habit().mode()).isEqualTo(BalancerMode.AUTOMATIC);
        assertThat(config.balance().strategy()).isEqualTo("drover");
        assertThat(config.balance().period()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.balance().rules())
                .isEqualTo(new Rules(0.8, 0.6, 6, 4, Duration.ofMinutes(5), Duration.ofSeconds(30), 2, 2));
        assertThat(config.tasks().algorithm()).isEqualTo("auto");
        assertThat(config.tasks().deadline()).isEqualTo(Duration.ofDays(1));
        assertThat(config.periods().repost()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.periods().leaseWatch()).isEqualTo(Duration.ofSeconds(15));
        assertThat(config.periods().retention()).isEqualTo(Duration.ofMinutes(5));
    }

    /** What a move has to earn and may cost. */
    private static final Map<String, String> ECONOMY = Map.ofEntries(
            Map.entry("balance.risk", "0.4"),
            Map.entry("balance.pressure", "0.05"),
            Map.entry("balance.z", "2"),
            Map.entry("balance.payback_s", "600"),
            Map.entry("balance.worth", "3"),
            Map.entry("balance.margin", "0.2"),
            Map.entry("balance.degradation", "0.3"),
            Map.entry("balance.link_share", "0.6"),
            Map.entry("balance.per_link", "5"),
            Map.entry("balance.rest_per_gib_s", "7"),
            Map.entry("balance.no_return_s", "8"),
            Map.entry("balance.vm_day_bytes", "9"),
            Map.entry("balance.host_day_bytes", "10"),
            Map.entry("balance.fleet_day_bytes", "11"));

    private static final Economy EARNED = new Economy(
            0.4,
            0.05,
            2,
            Duration.ofMinutes(10),
            3,
            0.2,
            0.3,
            0.6,
            5,
            Duration.ofSeconds(7),
            Duration.ofSeconds(8),
            9,
            10,
            11);

    private static final Map<String, String> NOT_ENCRYPTED = Map.of(
            "http.tls.certificate", "none",
            "http.tls.key", "none",
            "rabbit.encryption", "off",
            "rabbit.tls.ca", "none",
            "rabbit.tls.certificate", "none",
            "rabbit.tls.key", "none");

    private static final Map<String, String> MONITORING = Map.of(
            "monitoring.address", "127.0.0.3",
            "monitoring.port", "7",
            "monitoring.pki.folder", "/pki",
            "monitoring.period_s", "20");

    @Test
    void monitoringMayListenApart() throws ConfigException {
        assertThat(SchedulerConfig.read(Settings.of(NEEDED)).monitoring().address())
                .isNull();
        var given = new HashMap<>(NEEDED);
        given.putAll(MONITORING);
        assertThat(SchedulerConfig.read(Settings.of(given)).monitoring())
                .isEqualTo(new MonitoringSettings(
                        new InetSocketAddress("127.0.0.3", 7), Path.of("/pki"), Duration.ofSeconds(20)));
    }

    @Test
    void everyKey() throws ConfigException {
        var given = new HashMap<>(NEEDED);
        Stream.of(ECONOMY, NOT_ENCRYPTED, MONITORING).forEach(given::putAll);
        given.putAll(Map.ofEntries(
                Map.entry("scheduler.name", "s1"),
                Map.entry("database.user", "someone"),
                Map.entry("rabbit.host", "127.0.0.2"),
                Map.entry("rabbit.port", "5673"),
                Map.entry("rabbit.vhost", "fleet"),
                Map.entry("rabbit.queue-mode", "classic-durable"),
                Map.entry("rabbit.senders", "unchecked-insecure"),
                Map.entry("rabbit.commanders", "nova, drover"),
                Map.entry("rabbit.host-users", "w-{host}"),
                Map.entry("http.address", "::1"),
                Map.entry("http.port", "0"),
                Map.entry("http.access", "token"),
                Map.entry("balance.mode", "off"),
                Map.entry("balance.plan_expires_s", "90"),
                Map.entry("balance.strategy", "least-bytes"),
                Map.entry("balance.period_s", "2"),
                Map.entry("balance.high", "0.7"),
                Map.entry("balance.low", "0.5"),
                Map.entry("balance.samples_n", "3"),
                Map.entry("balance.samples_k", "2"),
                Map.entry("balance.cooldown_s", "60"),
                Map.entry("balance.stale_s", "5"),
                Map.entry("balance.per_source", "1"),
                Map.entry("balance.per_destination", "3"),
                Map.entry("migration.algorithm", "mirror"),
                Map.entry("migration.swap_algorithm", "pre-copy"),
                Map.entry("migration.deadline_s", "0"),
                Map.entry("queued.repost_s", "5"),
                Map.entry("lease.watch_s", "6"),
                Map.entry("retention.period_s", "7")));
        Settings settings = Settings.of(given);

        SchedulerConfig config = SchedulerConfig.read(settings);

        assertThat(settings.effective().keySet()).isEqualTo(given.keySet());
        assertThat(config.name()).isEqualTo("s1");
        assertThat(config.database().user()).isEqualTo("someone");
        assertThat(config.broker().address()).isEqualTo("127.0.0.2:5673");
        assertThat(config.rights()).isEqualTo(new BusRights(false, Set.of("nova", "drover"), "w-{host}"));
        assertThat(config.broker().virtualHost()).isEqualTo("fleet");
        assertThat(config.broker().queueMode()).isEqualTo(QueueMode.CLASSIC_DURABLE);
        assertThat(config.http().address().getAddress().getHostAddress()).isEqualTo("0:0:0:0:0:0:0:1");
        assertThat(config.http().open()).isFalse();
        assertThat(config.balance().habit().mode()).isEqualTo(BalancerMode.OFF);
        assertThat(config.balance().habit().planLasts()).isEqualTo(Duration.ofSeconds(90));
        assertThat(config.balance().period()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.balance().rules())
                .isEqualTo(new Rules(0.7, 0.5, 3, 2, Duration.ofMinutes(1), Duration.ofSeconds(5), 1, 3).with(EARNED));
        assertThat(config.tasks().algorithm()).isEqualTo("mirror");
        assertThat(config.tasks().deadline()).isZero();
        assertThat(config.periods().repost()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.periods().leaseWatch()).isEqualTo(Duration.ofSeconds(6));
        assertThat(config.periods().retention()).isEqualTo(Duration.ofSeconds(7));
    }

    @ParameterizedTest
    @CsvSource({
        "balance.hihg, 0.9",
        "database.url, mysql://x",
        "scheduler.name, Big One",
        "http.address, 0.0.0.0",
        "http.address, localhost",
        "http.port, 70000",
        "http.access, password",
        "http.tls.certificate, /nowhere/cert.pem",
        "rabbit.encryption, ssl",
        "rabbit.tls.ca, /nowhere/ca.pem",
        "balance.mode, sometimes",
        "balance.plan_expires_s, 0",
        "balance.strategy, dice",
        "balance.high, 1.5",
        "balance.low, 0.9",
        "balance.samples_k, 7",
        "balance.period_s, 0",
        "balance.risk, 1",
        "balance.link_share, 0",
        "balance.vm_day_bytes, -1",
        "migration.algorithm, Pre Copy",
        "migration.swap_algorithm, Pre Copy",
        "migration.deadline_s, -1",
        "rabbit.queue-mode, stream",
        "rabbit.senders, unchecked",
        "rabbit.commanders, 'drover-scheduler,'",
        "rabbit.host-users, drover",
    })
    void refusesByName(String key, String value) {
        var given = new HashMap<>(NEEDED);
        given.put(key, value);

        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> SchedulerConfig.read(Settings.of(given)))
                .withMessageContaining(key);
    }

    @ParameterizedTest
    @CsvSource({"database.url", "database.password", "rabbit.user", "rabbit.password"})
    void namesWhatIsMissing(String key) {
        var given = new HashMap<>(NEEDED);
        given.remove(key);

        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> SchedulerConfig.read(Settings.of(given)))
                .withMessageContaining(key);
    }

    @Test
    void showsNoSecret() throws ConfigException {
        Settings settings = Settings.of(NEEDED);
        SchedulerConfig config = SchedulerConfig.read(settings);

        assertThat(config.toString()).doesNotContain("secret of");
        assertThat(settings.effective().toString()).doesNotContain("secret of");
    }
}
