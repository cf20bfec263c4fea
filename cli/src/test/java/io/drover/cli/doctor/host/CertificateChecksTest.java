package io.drover.cli.doctor.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.cli.doctor.check.Finding;
import io.drover.cli.doctor.check.Finding.Level;
import io.drover.messages.HostId;
import io.drover.messages.time.Clock;
import io.drover.worker.pki.FleetAuthority;
import io.drover.worker.pki.FleetAuthority.Validity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateChecksTest {
    private static final HostId H1 = new HostId("h1");
    private static final HostId H2 = new HostId("h2");
    private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");

    @TempDir
    private static Path folder;

    private static Path own = Path.of("");
    private static Path another = Path.of("");

    @BeforeAll
    static void issue() throws IOException {
        FleetAuthority fleet = FleetAuthority.init(
                folder.resolve("fleet"), new Validity(NOW, Duration.ofDays(400)), new SecureRandom());
        own = fleet.issue(H1, new Validity(NOW, Duration.ofDays(100)));
        another = FleetAuthority.init(
                        folder.resolve("other"), new Validity(NOW, Duration.ofDays(400)), new SecureRandom())
                .issue(H1, new Validity(NOW, Duration.ofDays(100)));
    }

    private static Clock at(Instant now) {
        return new Clock() {
            @Override
            public Instant now() {
                return now;
            }

            @Override
            public Duration elapsed() {
                return Duration.ZERO;
            }

            @Override
            public void sleep(Duration duration) {}
        };
    }

    private static List<Finding> bad(Path pki, HostId host, Instant now) {
        List<Finding> all = new HostCertificateCheck(pki, host, at(now)).look();
        assertThat(all).allMatch(finding -> (finding.level() == Level.OK) == (finding.remedy() == null));
        return all.stream().filter(finding -> finding.level() != Level.OK).toList();
    }

    @Test
    void aGoodOneHasNothingAgainstIt() {
        assertThat(bad(own, H1, NOW)).isEmpty();
    }

    @Test
    void datesAreJudgedByTheClock() {
        assertThat(bad(own, H1, NOW.plus(Duration.ofDays(80))))
                .singleElement()
                .matches(finding ->
                        finding.level() == Level.WARN && finding.found().contains("20 days"));
        assertThat(bad(own, H1, NOW.plus(Duration.ofDays(101))))
                .singleElement()
                .matches(finding ->
                        finding.level() == Level.FAIL && finding.found().contains("has expired at"));
        assertThat(bad(own, H1, NOW.minus(Duration.ofDays(1))))
                .hasSize(2)
                .allMatch(finding ->
                        finding.level() == Level.FAIL && finding.found().contains("is good from"));
    }

    @Test
    void anotherHostsAnotherAuthoritysAndAnotherKeyAreToldApart() throws IOException {
        assertThat(bad(own, H2, NOW))
                .singleElement()
                .matches(finding -> finding.found().endsWith("is for [h1], not for h2"));
        Path mixed = copy("mixed");
        Files.copy(another.resolve("ca-cert.pem"), replaced(mixed, "ca-cert.pem"));
        assertThat(bad(mixed, H1, NOW))
                .singleElement()
                .matches(finding -> finding.found().contains("is not signed by"));
        Path keyless = copy("keyless");
        Files.copy(another.resolve("server-key.pem"), replaced(keyless, "server-key.pem"));
        assertThat(bad(keyless, H1, NOW))
                .singleElement()
                .matches(finding -> finding.found().contains("is not the key of"));
    }

    @Test
    void aMissingFileAndAKeyForAllEyesAreTold() throws IOException {
        Path open = copy("open");
        Files.setPosixFilePermissions(open.resolve("server-key.pem"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(bad(open, H1, NOW))
                .singleElement()
                .matches(finding -> ("chmod 600 " + open.resolve("server-key.pem")).equals(finding.remedy()));
        Files.delete(open.resolve("server-cert.pem"));
        assertThat(bad(open, H1, NOW))
                .singleElement()
                .matches(finding -> finding.found().endsWith("server-cert.pem is missing"));
    }

    @Test
    void certificatesThatKeysNameAreReadOneByOne() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.pem"), "no PEM");
        var files = List.of(own.resolve("server-cert.pem"), broken, folder.resolve("none.pem"));
        assertThat(new CertificateFilesCheck(files, at(NOW)).look())
                .extracting(Finding::level)
                .containsExactly(Level.OK, Level.FAIL, Level.FAIL);
    }

    private static Path copy(String name) throws IOException {
        Path copied = Files.createDirectory(folder.resolve(name));
        for (String file : Set.of("ca-cert.pem", "server-cert.pem", "server-key.pem")) {
            Files.copy(own.resolve(file), copied.resolve(file));
            Files.setPosixFilePermissions(copied.resolve(file), PosixFilePermissions.fromString("rw-------"));
        }
        return copied;
    }

    private static Path replaced(Path in, String file) throws IOException {
        Files.delete(in.resolve(file));
        return in.resolve(file);
    }
}
