package io.drover.worker.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.HostId;
import io.drover.messages.api.HealthDocument;
import io.drover.messages.config.ConfigException;
import io.drover.messages.config.Settings;
import io.drover.messages.http.HttpServer;
import io.drover.messages.http.MonitoringServer;
import io.drover.messages.http.MonitoringSettings;
import io.drover.messages.tls.Pem;
import io.drover.messages.tls.PkiFiles;
import io.drover.messages.tls.TlsContexts;
import io.drover.messages.tls.TlsIdentity;
import io.drover.worker.pki.FleetAuthority.Validity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is told how a program is. */
class MonitoringServerTest {
    private final Validity day = new Validity(Instant.now(), Duration.ofDays(1));

    @TempDir
    private Path folder = Path.of("");

    private Optional<String> brokerTrouble = Optional.empty();

    private static MonitoringSettings settings(Map<String, String> keys, @Nullable Path pki) throws ConfigException {
        return MonitoringSettings.read(Settings.of(keys), new MonitoringSettings.Usual("127.0.0.1", 0, pki));
    }

    private HttpServer start(MonitoringSettings settings) throws IOException {
        return MonitoringServer.start(
                        settings,
                        () -> HealthDocument.of(Instant.now(), Optional.empty(), Optional.empty(), brokerTrouble),
                        () -> "drover_build_info 1\n")
                .orElseThrow();
    }

    private static HttpResponse<String> ask(HttpClient client, HttpServer server, String scheme, String path)
            throws IOException, InterruptedException {
        URI uri = URI.create(scheme + "://localhost:" + server.address().getPort() + path);
        return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    @Test
    void onALoopbackAddressEverybodyIsTold() throws Exception {
        try (HttpServer server = start(settings(Map.of(), null));
                HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> metrics = ask(client, server, "http", "/metrics");
            assertThat(metrics.body()).isEqualTo("drover_build_info 1\n");
            assertThat(metrics.headers().firstValue("Content-Type"))
                    .contains("text/plain; version=0.0.4; charset=utf-8");
            assertThat(ask(client, server, "http", "/health").statusCode()).isEqualTo(200);

            brokerTrouble = Optional.of("RabbitMQ is away");
            HttpResponse<String> health = ask(client, server, "http", "/health");
            assertThat(health.statusCode()).isEqualTo(503);
            assertThat(health.body())
                    .contains("\"status\":\"down\"")
                    .contains("\"loops\":{\"status\":\"up\"")
                    .contains("\"broker\":{\"status\":\"down\",\"message\":\"RabbitMQ is away\"}");

            assertThat(ask(client, server, "http", "/api/v1/hosts").statusCode())
                    .isEqualTo(404);
            var post = HttpRequest.newBuilder(
                            URI.create("http://localhost:" + server.address().getPort() + "/health"))
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build();
            assertThat(client.send(post, BodyHandlers.ofString()).statusCode()).isEqualTo(405);
        }
    }

    @Test
    void beyondItWhoShowsACertificateOfTheFleet() throws Exception {
        FleetAuthority authority = FleetAuthority.init(folder.resolve("fleet"), day, new SecureRandom());
        Path own = authority.issue(new HostId("localhost"), day);
        Path prometheus = authority.issue(new HostId("watcher"), day);
        Path foreign = FleetAuthority.init(folder.resolve("foreign"), day, new SecureRandom())
                .issue(new HostId("watcher"), day);
        try (HttpServer server = start(settings(Map.of("monitoring.address", "0.0.0.0"), own));
                HttpClient welcome = client(own, prometheus);
                HttpClient stranger = client(own, foreign);
                HttpClient nobody = client(own, null)) {
            assertThat(ask(welcome, server, "https", "/metrics").body()).isEqualTo("drover_build_info 1\n");
            assertThatThrownBy(() -> ask(stranger, server, "https", "/metrics")).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> ask(nobody, server, "https", "/metrics")).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> ask(nobody, server, "http", "/metrics")).isInstanceOf(IOException.class);
        }
    }

    /** Trusts the authority of {@code fleet}, and shows {@code shown}; null: nothing. */
    private static HttpClient client(Path fleet, @Nullable Path shown) throws IOException, GeneralSecurityException {
        TlsIdentity identity = null;
        if (shown != null) {
            var files = new PkiFiles(shown);
            identity = TlsIdentity.read(files.certificate(), files.key(), Instant.now());
        }
        SSLContext context = TlsContexts.of(List.of(Pem.certificate(new PkiFiles(fleet).authority())), identity);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    @Test
    void withoutACertificateItListensNowhereElse() {
        assertThatThrownBy(() -> settings(Map.of("monitoring.address", "10.0.0.5"), null))
                .isInstanceOf(ConfigException.class)
                .hasMessage("monitoring.pki.folder: missing; monitoring.address beyond loopback addresses needs it");
        Path empty = folder.resolve("empty");
        assertThatThrownBy(() -> settings(Map.of("monitoring.address", "10.0.0.5"), empty))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("monitoring.pki.folder: ")
                .hasMessageContaining("is missing");
        assertThatThrownBy(() -> settings(Map.of("monitoring.address", "localhost"), null))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("is not an IP address");
    }

    @Test
    void aTakenPortIsNamed() throws Exception {
        try (HttpServer server = start(settings(Map.of(), null))) {
            String port = Integer.toString(server.address().getPort());
            assertThatThrownBy(() -> start(settings(Map.of("monitoring.port", port), null)))
                    .hasMessageContaining("monitoring.port: cannot listen at 127.0.0.1:" + port);
        }
    }

    @Test
    void noneListensNowhere() throws Exception {
        assertThat(settings(Map.of("monitoring.address", "none"), null).address())
                .isNull();
    }
}
