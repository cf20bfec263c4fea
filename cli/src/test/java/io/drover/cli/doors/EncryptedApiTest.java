package io.drover.cli.doors;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.cli.api.ApiClient;
import io.drover.cli.api.SchedulerLogin;
import io.drover.cli.terminal.CommandException;
import io.drover.messages.HostId;
import io.drover.messages.access.ApiToken;
import io.drover.scheduler.http.HttpSettings;
import io.drover.worker.pki.FleetAuthority;
import io.drover.worker.pki.FleetAuthority.Validity;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console and the API over TLS, with certificates that {@code drover pki} makes. */
class EncryptedApiTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void aSchedulerIsBelievedByItsCertificateAndAConsoleByItsToken() throws Exception {
        var validity = new Validity(Instant.now(), Duration.ofDays(1));
        Path server = FleetAuthority.init(folder.resolve("pki"), validity, new SecureRandom())
                .issue(new HostId("localhost"), validity);
        FleetAuthority.init(folder.resolve("others"), validity, new SecureRandom());
        var tls = new HttpSettings.Tls(server.resolve("server-cert.pem"), server.resolve("server-key.pem"));
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (var scheduler = new AwayScheduler(new HttpSettings(address, tls, false))) {
            int port = scheduler.address().getPort();
            String name = "https://localhost:" + port;
            Path authority = server.resolve("ca-cert.pem");
            String token = ApiToken.make(new SecureRandom()).text();
            // Who is there at all, its database being away.
            refuses(name, authority, token, "the database does not answer");
            refuses(name, authority, null, "a token is needed");
            refuses(name, folder.resolve("others/ca-cert.pem"), token, "is not believed");
            refuses("https://127.0.0.1:" + port, authority, token, "is not believed");
            refuses("http://localhost:" + port, authority, token, "does not answer");
            refuses(name, folder.resolve("none.pem"), token, "none.pem is missing");
        }
    }

    private void refuses(String scheduler, Path authority, @Nullable String token, String words) throws Exception {
        var environment = new HashMap<>(Map.of("DROVER_CA", authority.toString(), "HOME", folder.toString()));
        if (token != null) {
            Path file = Files.writeString(folder.resolve("token"), token + "\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            environment.put("DROVER_TOKEN_FILE", file.toString());
        }
        assertThatThrownBy(() -> {
                    try (ApiClient client = ApiClient.of(SchedulerLogin.of(scheduler, environment))) {
                        client.get("/hosts");
                    }
                })
                .isInstanceOf(CommandException.class)
                .hasMessageContaining(words);
    }
}
