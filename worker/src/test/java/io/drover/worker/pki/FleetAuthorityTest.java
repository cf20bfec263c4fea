package io.drover.worker.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.HostId;
import io.drover.worker.pki.FleetAuthority.Validity;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FleetAuthorityTest {
    private static final HostId HOST = new HostId("h1.example");
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Validity YEAR = new Validity(NOW, Duration.ofDays(365));

    @TempDir
    Path folder;

    @Test
    void issuesForOneHostAndNeverOverwrites() throws IOException {
        FleetAuthority authority = FleetAuthority.init(folder, YEAR, new SecureRandom());
        // Asked for longer than the authority itself lasts.
        Path host = FleetAuthority.open(folder, new SecureRandom())
                .issue(HOST, new Validity(NOW.plusSeconds(60), Duration.ofDays(3650)));
        assertThat(HostCertificates.read(host, HOST, NOW).expires()).isEqualTo(authority.expires());
        assertThat(permissions(folder.resolve("ca-key.pem"))).isEqualTo("rw-------");
        assertThat(permissions(host.resolve("server-key.pem"))).isEqualTo("rw-------");
        assertThat(host.resolve("client-key.pem")).hasSameBinaryContentAs(host.resolve("server-key.pem"));

        byte[] key = Files.readAllBytes(folder.resolve("ca-key.pem"));
        assertThatThrownBy(() -> authority.issue(HOST, YEAR)).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> FleetAuthority.init(folder, YEAR, new SecureRandom()))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(folder.resolve("ca-key.pem")).hasBinaryContent(key);
        assertUnusableIsNamed(host);
    }

    private static void assertUnusableIsNamed(Path host) throws IOException {
        assertThatThrownBy(() -> HostCertificates.read(host, new HostId("h2"), NOW))
                .hasMessageContaining("server-cert.pem is for [h1.example], not for h2");
        assertThatThrownBy(() -> HostCertificates.read(host, HOST, NOW.plus(Duration.ofDays(366))))
                .hasMessageContaining("has expired at");
        Files.delete(host.resolve("ca-cert.pem"));
        assertThatThrownBy(() -> HostCertificates.read(host, HOST, NOW)).hasMessageEndingWith("ca-cert.pem is missing");
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
