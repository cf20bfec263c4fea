package io.drover.worker.peer.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.HostId;
import io.drover.messages.time.SystemClock;
import io.drover.worker.peer.channel.PeerProbe;
import io.drover.worker.peer.channel.PeerProbe.Answer;
import io.drover.worker.peer.channel.PeerProbe.Back;
import io.drover.worker.peer.channel.PeerProbe.Peer;
import io.drover.worker.peer.server.PeerServer;
import io.drover.worker.pki.Encryption;
import io.drover.worker.pki.FleetAuthority;
import io.drover.worker.pki.FleetAuthority.Validity;
import io.drover.worker.pki.HostCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Probes between real servers over real TLS: there, and back to where the host of the certificate has announced. */
@Timeout(120)
final class PeerProbeTest {
    private static final HostId H1 = new HostId("h1");
    private static final HostId H2 = new HostId("h2");
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(300);

    @TempDir
    private static Path pki;

    private static final Map<HostId, Encryption> FLEET = new HashMap<>();
    private static Encryption stranger = Encryption.off();

    private final SystemClock clock = new SystemClock();
    private final TestDestination destination = new TestDestination();
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void issue() throws IOException {
        var day = new Validity(Instant.now(), Duration.ofDays(1));
        FleetAuthority fleet = FleetAuthority.init(pki.resolve("fleet"), day, new SecureRandom());
        for (HostId host : List.of(H1, H2)) {
            FLEET.put(host, tls(fleet.issue(host, day), host));
        }
        FleetAuthority other = FleetAuthority.init(pki.resolve("other"), day, new SecureRandom());
        stranger = tls(other.issue(H1, day), H1);
    }

    private static Encryption tls(Path folder, HostId host) throws IOException {
        return new Encryption.Tls(HostCertificates.read(folder, host, Instant.now()));
    }

    private static Encryption of(HostId host) {
        return Objects.requireNonNull(FLEET.get(host));
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private String serve(Encryption encryption) throws IOException {
        PeerServer server =
                PeerServer.start("127.0.0.1:0", PeerServer.Settings.defaults(encryption), destination, clock);
        open.add(server);
        return "127.0.0.1:" + server.address().getPort();
    }

    private Answer ask(HostId host, String address, Encryption own) throws IOException {
        return PeerProbe.ask(new Peer(host, address), own, true, LONG, clock);
    }

    @Test
    void aPeerTellsItsClockAndVersionAndReachesWhoAsks() throws Exception {
        String there = serve(of(H2));
        String here = serve(of(H1));
        destination.announced.put(H1, here);
        Instant before = clock.now();
        Answer answer = ask(H2, there, of(H1));
        assertThat(answer.now()).isBetween(before, clock.now());
        assertThat(answer.version()).isNotEmpty();
        assertThat(answer.back()).isEqualTo(new Back(here, null));
    }

    @Test
    void theWayBackIsTriedAtTheAnnouncedAddressAlone() throws Exception {
        String there = serve(of(H2));
        assertThat(ask(H2, there, of(H1)).back()).as("nothing is announced").isEqualTo(new Back(null, null));
        int free;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        destination.announced.put(H1, "127.0.0.1:" + free);
        assertThat(ask(H2, there, of(H1)).back()).isEqualTo(new Back("127.0.0.1:" + free, "Connection refused"));
        destination.announced.put(H1, there);
        assertThat(Objects.requireNonNull(ask(H2, there, of(H1)).back()).problem())
                .contains("certificate is for h2 and not for h1");
    }

    @Test
    void whoIsNotOfTheFleetIsAnsweredNothing() throws Exception {
        String there = serve(of(H2));
        destination.announced.put(H1, there);
        assertThatThrownBy(() -> ask(H2, there, stranger))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("PKIX");
        assertThatThrownBy(() -> ask(H1, there, of(H1))).hasMessageContaining("is for h2 and not for h1");
    }

    @Test
    void aPortNobodyListensAtAndOneThatIsSilentAreToldApart() throws Exception {
        String address;
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            address = "127.0.0.1:" + silent.getLocalPort();
            var peer = new Peer(H2, address);
            assertThatThrownBy(() -> PeerProbe.ask(peer, of(H1), true, SHORT, clock))
                    .hasMessage("no answer within 300 ms");
        }
        assertThatThrownBy(() -> ask(H2, address, of(H1))).hasMessageContaining("Connection refused");
    }

    @Test
    void withoutEncryptionNobodyIsTriedBack() throws Exception {
        String there = serve(Encryption.off());
        destination.announced.put(H1, there);
        assertThat(ask(H2, there, Encryption.off()).back()).isNull();
    }
}
