package io.drover.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.drover.messages.HostId;
import io.drover.messages.amqp.BrokerConfig;
import io.drover.messages.amqp.BrokerSupervisor;
import io.drover.messages.amqp.TelemetryPublisher;
import io.drover.messages.config.ConfigException;
import io.drover.messages.config.Settings;
import io.drover.messages.time.Backoff;
import io.drover.schema.Database;
import io.drover.schema.DatabaseSettings;
import io.drover.schema.StoreUnavailableException;
import io.drover.testbed.postgres.TestPostgres;
import io.drover.testbed.rabbit.RabbitTls;
import io.drover.testbed.rabbit.TestRabbit;
import io.drover.worker.pki.FleetAuthority;
import io.drover.worker.pki.FleetAuthority.Validity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RabbitMQ and PostgreSQL over TLS, with certificates that {@code drover pki} makes. */
final class EncryptedServicesIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String SERVER = "localhost";

    @TempDir
    private static Path folder;

    private static Path server;
    private static Path client;
    private static Path stranger;
    private static CloseStack open;
    private static TestRabbit rabbit;
    private static TestPostgres postgres;

    @BeforeAll
    static void start() throws Exception {
        assumeThat(Boolean.getBoolean("drover.containers"))
                .as("a container has no certificate")
                .isFalse();
        var validity = new Validity(Instant.now(), Duration.ofDays(1));
        FleetAuthority fleet = FleetAuthority.init(folder.resolve("pki"), validity, new SecureRandom());
        server = fleet.issue(new HostId(SERVER), validity);
        client = fleet.issue(new HostId("h1"), validity);
        stranger = FleetAuthority.init(folder.resolve("others"), validity, new SecureRandom())
                .issue(new HostId("h1"), validity);
        open = new CloseStack();
        rabbit = open.push(TestRabbit.start(
                folder.resolve("mq"),
                List.of(),
                new RabbitTls(
                        server.resolve("ca-cert.pem"),
                        server.resolve("server-cert.pem"),
                        server.resolve("server-key.pem"))));
        postgres = open.push(TestPostgres.start(Files.createDirectory(folder.resolve("pg"))));
        for (String file : List.of("server-cert.pem", "server-key.pem")) {
            Files.copy(server.resolve(file), folder.resolve("pg/data").resolve(file));
        }
        postgres.execute(
                "postgres",
                "ALTER SYSTEM SET ssl_cert_file = 'server-cert.pem'",
                "ALTER SYSTEM SET ssl_key_file = 'server-key.pem'",
                "ALTER SYSTEM SET ssl = on",
                "SELECT pg_reload_conf()");
    }

    @AfterAll
    static void stop() {
        if (open != null) {
            open.close();
        }
    }

    private static BrokerConfig config(String host, Path authority, Map<String, String> more) throws ConfigException {
        var keys = new HashMap<>(Map.of(
                "rabbit.host",
                host,
                "rabbit.port",
                Integer.toString(rabbit.tlsPort()),
                "rabbit.user",
                "guest",
                "rabbit.password",
                "guest",
                "rabbit.encryption",
                "tls",
                "rabbit.tls.ca",
                authority.resolve("ca-cert.pem").toString()));
        keys.putAll(more);
        return BrokerConfig.read(Settings.of(keys));
    }

    private static Map<String, String> shown(Path folder) {
        return Map.of(
                "rabbit.tls.certificate", folder.resolve("client-cert.pem").toString(),
                "rabbit.tls.key", folder.resolve("client-key.pem").toString());
    }

    private static BrokerSupervisor connect(BrokerConfig config) {
        var quick = new Backoff(Duration.ofMillis(50), Duration.ofMillis(400), new Random(1));
        return new BrokerSupervisor(config, "encrypted", quick, List.of(new TelemetryPublisher())).start();
    }

    private static void awaitTrouble(BrokerConfig config, String words) {
        try (BrokerSupervisor supervisor = connect(config)) {
            await().atMost(LONG)
                    .untilAsserted(
                            () -> assertThat(supervisor.trouble().orElseThrow()).contains(words));
            assertThat(supervisor.connected()).isFalse();
        }
    }

    @Test
    void aBrokerOfTheFleetIsTalkedToByWhoShowsACertificateOfTheFleet() throws Exception {
        try (BrokerSupervisor supervisor = connect(config(SERVER, client, shown(client)))) {
            await().atMost(LONG).until(supervisor::connected);
            assertThat(supervisor.trouble()).isEmpty();
        }
        awaitTrouble(config(SERVER, client, Map.of()), "certificate_required");
        awaitTrouble(config(SERVER, client, shown(stranger)), "unknown_ca");
    }

    @Test
    void aBrokerOfAnotherAuthorityOrAnotherNameIsRefused() throws Exception {
        awaitTrouble(config(SERVER, stranger, shown(client)), "its certificate is from no authority in rabbit.tls.ca");
        awaitTrouble(config("127.0.0.1", client, shown(client)), "127.0.0.1");
    }

    @Test
    void aMistakeInTheFilesStopsTheStartAndIsNamed() {
        Path missing = folder.resolve("missing.pem");
        assertThatThrownBy(() -> config(SERVER, client, Map.of("rabbit.tls.ca", missing.toString())))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(missing + " is missing");
        assertThatThrownBy(() -> config(
                        SERVER,
                        client,
                        Map.of(
                                "rabbit.tls.certificate",
                                client.resolve("client-cert.pem").toString(),
                                "rabbit.tls.key",
                                stranger.resolve("client-key.pem").toString())))
                .hasMessageContaining("client-key.pem is not the key of")
                .hasMessageContaining("client-cert.pem");
        assertThatThrownBy(() -> config(SERVER, client, Map.of("rabbit.encryption", "off")))
                .hasMessageContaining("rabbit.tls.ca: is given, but rabbit.encryption = off");
    }

    private static Database database(String host, Path authority) {
        String url = "jdbc:postgresql://" + host + ":" + postgres.port() + "/postgres?sslmode=verify-full&sslrootcert="
                + authority.resolve("ca-cert.pem");
        return Database.open(DatabaseSettings.of(url, postgres.superuser(), postgres.superuserPassword(), 1));
    }

    @Test
    void aDatabaseOfTheFleetIsTalkedToOverTls() {
        try (Database database = database(SERVER, client)) {
            String encrypted = database.inTransaction(connection -> {
                try (var statement = connection.createStatement();
                        var rows = statement.executeQuery(
                                "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl")) {
                    return rows.next() ? rows.getString(1) : "not encrypted";
                }
            });
            assertThat(encrypted).startsWith("TLSv1");
        }
    }

    @Test
    void aDatabaseOfAnotherAuthorityOrAnotherNameIsRefused() {
        assertRefused(SERVER, stranger, "PKIX path");
        assertRefused("127.0.0.1", client, "127.0.0.1");
    }

    private static void assertRefused(String host, Path authority, String words) {
        try (Database database = database(host, authority)) {
            assertThatThrownBy(() -> database.inTransaction(connection -> "connected"))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining(words);
        }
    }
}
