package io.drover.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.HostId;
import io.drover.messages.config.ConfigException;
import io.drover.messages.config.Settings;
import io.drover.schema.DatabaseSettings;
import io.drover.worker.hypervisor.qemu.QemuSettings;
import io.drover.worker.hypervisor.qemu.process.HostNetworks;
import io.drover.worker.migration.source.MemoryEscalation;
import io.drover.worker.migration.source.MigrationPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WorkerConfigTest {
    private static final HostResources RESOURCES = new HostResources(8, 16L << 30);

    private static final Map<String, String> REQUIRED = Map.of(
            "host", "host1",
            "state.folder", "/var/lib/drover/state",
            "images.folder", "/var/lib/drover/images",
            "database.url", "jdbc:postgresql://127.0.0.1/drover",
            "database.user", "drover_host1",
            "database.password", "very secret",
            "rabbit.user", "drover",
            "rabbit.password", "also secret");

    private static WorkerConfig read(Map<String, String> more) throws ConfigException {
        var all = new HashMap<>(REQUIRED);
        all.putAll(more);
        return WorkerConfig.read(Settings.of(all), RESOURCES);
    }

    @Test
    void defaults() throws ConfigException {
        WorkerConfig config = read(Map.of());
        assertThat(config.host()).isEqualTo(new HostId("host1"));
        assertThat(config.peer())
                .isEqualTo(new WorkerConfig.Peer(
                        "127.0.0.1", 7101, 2, WorkerConfig.Encrypt.TLS, Path.of("/var/lib/drover/state/pki")));
        assertThat(config.folders())
                .isEqualTo(new WorkerConfig.Folders(
                        Path.of("/var/lib/drover/state"),
                        Path.of("/var/lib/drover/images"),
                        Path.of("/var/lib/drover/state/run")));
        assertThat(config.database())
                .isEqualTo(DatabaseSettings.of("jdbc:postgresql://127.0.0.1/drover", "drover_host1", "very secret", 2));
        assertThat(config.capacity()).isEqualTo(new WorkerConfig.Capacity(8, 16L << 30, 125_000_000, 1 << 30));
        assertThat(config.hypervisor())
                .isEqualTo(
                        new QemuSettings(Path.of("qemu-system-x86_64"), "auto", null, HostNetworks.none(), 16 << 20));
        assertThat(config.migration())
                .isEqualTo(new WorkerConfig.Migration(
                        new MigrationPolicy(
                                Duration.ofMillis(300),
                                Duration.ofSeconds(60),
                                30,
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(30),
                                Duration.ofMinutes(10),
                                Duration.ofSeconds(20),
                                Duration.ofSeconds(60),
                                Duration.ofMillis(250),
                                240,
                                MemoryEscalation.ALL,
                                Duration.ofMillis(20)),
                        2,
                        4 << 20,
                        Duration.ofSeconds(60)));
        assertThat(config.telemetryPeriod()).isEqualTo(Duration.ofSeconds(5));
    }

    /** Each key by itself changes what it is meant to change: the text of the record shows it. */
    @ParameterizedTest
    @CsvSource({
        "host, host-9, 'host=host-9,'",
        "peer.address, 127.0.0.11, 'address=127.0.0.11,'",
        "peer.port, 9999, port=9999",
        "peer.data_connections, 7, dataConnections=7",
        "peer.encryption, off, 'encryption=OFF,'",
        "peer.encryption, off-insecure, encryption=OFF_INSECURE",
        "peer.pki.folder, /p, pki=/p",
        "images.reserve_bytes, 7, imagesReserveBytes=7",
        "state.folder, /s, 'state=/s,'",
        "images.folder, /i, 'images=/i,'",
        "run.folder, /r, run=/r",
        "database.url, jdbc:postgresql://h/d, 'DatabaseSettings[jdbc:postgresql://h/d,'",
        "database.user, someone, 'user someone,'",
        "rabbit.host, 127.0.0.9, @127.0.0.9:5672",
        "rabbit.port, 5679, :5679/",
        "rabbit.vhost, /v, 5672/v",
        "rabbit.user, someone, someone@127.0.0.1:5672",
        "rabbit.queue-mode, classic-durable, classic-durable",
        "rabbit.senders, unchecked-insecure, checked=false",
        "rabbit.commanders, nova, 'commanders=[nova]'",
        "rabbit.host-users, w-{host}, hostUsers=w-{host}",
        "capacity.cpu_cores, 1.5, cpuCores=1.5",
        "capacity.memory_bytes, 2097152, memoryBytes=2097152",
        "link.bytes_per_second, 1000000, linkBytesPerSecond=1000000",
        "qemu.binary, /opt/qemu, binary=/opt/qemu",
        "qemu.accelerator, tcg, accelerator=tcg",
        "qemu.log_bytes, 65536, logBytesMax=65536",
        "migration.downtime_ms, 77, pauseBudget=PT0.077S",
        "migration.longest_pause_s, 7, longestPause=PT7S",
        "migration.rounds, 7, roundsMax=7",
        "migration.lease_s, 7, lease=PT7S",
        "migration.database_patience_s, 7, storePatience=PT7S",
        "migration.memory_patience_s, 7, memoryPatience=PT7S",
        "migration.switchover_s, 7, switchoverLimit=PT7S",
        "migration.retry_pause_s, 7, retryPause=PT7S",
        "migration.retries, 7, retriesMax=7",
        "migration.parallel, 7, parallel=7",
        "migration.mirror_window_bytes, 0, mirrorWindowBytes=0",
        "telemetry.period_s, 0.5, telemetryPeriod=PT0.5S",
    })
    void everyKeyIsRead(String key, String value, String shown) throws ConfigException {
        assertThat(read(Map.of(key, value)).toString()).contains(shown);
        assertThat(read(Map.of()).toString()).doesNotContain(shown);
    }

    @ParameterizedTest
    @CsvSource({
        "host, Host_1, host:",
        "peer.encryption, none, 'peer.encryption: '",
        "peer.port, 70000, 'peer.port: '",
        "state.folder, relative, 'state.folder: '",
        "qemu.accelerator, xen, 'qemu.accelerator: '",
        "capacity.cpu_cores, many, 'capacity.cpu_cores: '",
        "migration.downtime_ms, -1, 'migration.downtime_ms: '",
        "telemetry.periods, 1, unknown key telemetry.periods",
        "migration.longest_pause_s, 0.1, 'migration.longest_pause_s: shorter'",
        "database.url, '', 'database.url: missing'",
    })
    void wrongValuesAreRefusedByName(String key, String value, String message) {
        assertThatThrownBy(() -> read(Map.of(key, value)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void withoutEncryptionOnlyLoopbackAddressesWill() throws ConfigException {
        var address = Map.of("peer.address", "192.0.2.7");
        assertThat(read(address).peer().address()).isEqualTo("192.0.2.7");
        assertThatThrownBy(() -> read(Map.of("peer.address", "192.0.2.7", "peer.encryption", "off")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("loopback");
        assertThat(read(Map.of("peer.address", "192.0.2.7", "peer.encryption", "off-insecure"))
                        .peer()
                        .address())
                .isEqualTo("192.0.2.7");
    }

    @Test
    void secretsAreNotShown() throws ConfigException {
        var settings = Settings.of(REQUIRED);
        WorkerConfig config = WorkerConfig.read(settings, RESOURCES);
        assertThat(config.toString()).doesNotContain("secret");
        assertThat(settings.effective().toString()).doesNotContain("secret");
    }
}
