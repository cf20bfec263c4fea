package io.drover.worker.peer.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.drover.messages.DiskId;
import io.drover.messages.HostId;
import io.drover.messages.time.SystemClock;
import io.drover.worker.image.TestImageStores;
import io.drover.worker.peer.LinkLimiter;
import io.drover.worker.peer.PeerRefusedException;
import io.drover.worker.peer.PeerSession;
import io.drover.worker.peer.channel.PeerTimes;
import io.drover.worker.peer.client.TcpPeers;
import io.drover.worker.peer.server.PeerServer;
import io.drover.worker.pki.Encryption;
import io.drover.worker.pki.FleetAuthority;
import io.drover.worker.pki.FleetAuthority.Validity;
import io.drover.worker.pki.HostCertificates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Who gets in over TLS, and what is said of those who do not. */
@Timeout(180)
final class TlsPeerIT {
    private static final int SIZE = 24 << 20;
    /** A busy machine needs more than a few seconds for the first handshake of a process. */
    private static final PeerTimes TIMES = new PeerTimes(
            Duration.ofSeconds(60),
            Duration.ofSeconds(3),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60));

    private static final DiskId DATA = new DiskId("data");
    private static final int SILENT = 300;
    private final AtomicInteger flooding = new AtomicInteger();

    @TempDir
    static Path pki;

    private static FleetAuthority fleet;

    private final SystemClock clock = new SystemClock();
    private final TestDestination destination = new TestDestination();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(PeerServer.class);
    private PeerServer server;

    @TempDir
    Path folder;

    TlsPeerIT() throws IOException {
        server = serve(tls(TestDestination.HOST));
    }

    @BeforeAll
    static void issue() throws IOException {
        var year = new Validity(Instant.now(), Duration.ofDays(365));
        fleet = FleetAuthority.init(pki, year, new SecureRandom());
        for (String host : new String[] {"h1", "h2", "h9"}) {
            fleet.issue(new HostId(host), year);
        }
    }

    @BeforeEach
    void listen() {
        log.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(log);
    }

    @AfterEach
    void stop() throws IOException {
        logger.detachAppender(log);
        logger.setLevel(null);
        server.close();
        for (var image : destination.images.values()) {
            image.close();
        }
    }

    @Test
    void whatTravelsArrivesAndCannotBeRead() throws Exception {
        destination.images.put(DATA, TestImageStores.of(folder).create("data", SIZE, TestDestination.MIGRATION));
        var content = new byte[SIZE];
        var random = new Random(5);
        random.nextBytes(content);
        try (var link = new FaultyLink(server.address());
                PeerSession session = open(tls(TestDestination.SOURCE), link.address())) {
            for (int at = 0, length; at < SIZE; at += length) {
                length = Math.min(SIZE - at, 1 + random.nextInt(300_000));
                session.target(DATA).write(at, ByteBuffer.wrap(content, at, length));
            }
            session.target(DATA).flush();
            assertThat(session.observe().mayRunMark()).isTrue();
            assertThat(link.heard()).doesNotContain("DROVPEER").doesNotContain("may_run_mark");
        }
        assertThat(folder.resolve("data")).hasBinaryContent(content);
    }

    @Test
    void aHostThatIsNotTheMigrationsSourceIsRefused() throws IOException {
        assertThatThrownBy(() -> open(tls(new HostId("h9")), address()))
                .isInstanceOf(PeerRefusedException.class)
                .hasMessageContaining("is not expected here from this host");
        awaitLog("the other side's certificate is for h9 and not for h1");
    }

    @Test
    void aServerThatIsNotTheDestinationIsRefused() throws IOException {
        server.close();
        server = serve(tls(new HostId("h9")));
        assertThatThrownBy(() -> open(tls(TestDestination.SOURCE), address()))
                .hasMessageContaining("the other side's certificate is for h9 and not for h2");
    }

    @Test
    void theTokenIsNeededAsWell() throws IOException {
        Encryption source = tls(TestDestination.SOURCE);
        assertThatThrownBy(
                        () -> peers(source).open(address(), TestDestination.HOST, TestDestination.MIGRATION, "guessed"))
                .isInstanceOf(PeerRefusedException.class)
                .hasMessageContaining("or the token is wrong");
        awaitLog("the token is wrong");
    }

    @Test
    void anotherFleetsCertificateIsRefused() throws IOException {
        var year = new Validity(Instant.now(), Duration.ofDays(365));
        Path other = FleetAuthority.init(folder.resolve("other"), year, new SecureRandom())
                .issue(TestDestination.SOURCE, year);
        Path half = Files.createDirectory(folder.resolve("half"));
        Files.copy(other.resolve("server-key.pem"), half.resolve("server-key.pem"));
        Files.copy(other.resolve("server-cert.pem"), half.resolve("server-cert.pem"));
        Files.copy(pki.resolve("ca-cert.pem"), half.resolve("ca-cert.pem"));
        // The one that trusts nobody here, and by its own configuration would not even start with the right authority.
        assertThatThrownBy(() -> HostCertificates.read(half, TestDestination.SOURCE, Instant.now()))
                .hasMessageContaining("is no good");
        Encryption foreign = new Encryption.Tls(HostCertificates.read(other, TestDestination.SOURCE, Instant.now()));
        assertThatThrownBy(() -> open(foreign, address())).hasMessageContaining("PKIX path");
        awaitLog("TLS: ");
    }

    @Test
    void anExpiredCertificateIsRefused() throws IOException {
        Instant then = Instant.now().minus(Duration.ofDays(30));
        HostId late = new HostId("h1");
        Path moved = pki.resolve("hosts/h1-good");
        Files.move(pki.resolve("hosts/h1"), moved);
        try {
            Path expired = fleet.issue(late, new Validity(then, Duration.ofDays(10)));
            Encryption source = new Encryption.Tls(HostCertificates.read(expired, late, then));
            assertThatThrownBy(() -> open(source, address())).hasMessageContaining("alert");
            awaitLog("TLS: ");
            Files.move(expired, pki.resolve("expired"));
        } finally {
            Files.move(moved, pki.resolve("hosts/h1"));
        }
    }

    @Test
    void aPlainPeerIsToldToGoAway() {
        assertThatThrownBy(() -> open(Encryption.off(), address())).isInstanceOf(IOException.class);
        awaitLog("TLS: ");
    }

    @Test
    void aPlainServerIsNotTalkedTo() throws IOException {
        server.close();
        server = serve(Encryption.off());
        assertThatThrownBy(() -> open(tls(TestDestination.SOURCE), address())).isInstanceOf(IOException.class);
        awaitLog("given up");
    }

    @Test
    @Tag("attack")
    @DisplayName("A10: three hundred silent sockets, opened again when they are closed, keep no session out")
    void silentSocketsKeepNobodyOut() throws Exception {
        var stop = new AtomicBoolean();
        Thread stranger = Thread.ofPlatform().name("stranger").start(() -> flood(stop));
        try {
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> flooding.get() >= SILENT);
            Encryption source = tls(TestDestination.SOURCE);
            for (int i = 0; i < 4; i++) {
                try (PeerSession session = open(source, address())) {
                    assertThat(session.observe().mayRunMark()).isTrue();
                }
            }
            assertThat(flooding.get()).isGreaterThanOrEqualTo(SILENT);
        } finally {
            stop.set(true);
            stranger.join();
        }
    }

    private void flood(AtomicBoolean stop) {
        var sockets = new ArrayList<SocketChannel>();
        try {
            while (!stop.get()) {
                for (var each = sockets.iterator(); each.hasNext(); ) {
                    SocketChannel socket = each.next();
                    if (ended(socket)) {
                        socket.close();
                        each.remove();
                    }
                }
                while (sockets.size() < SILENT) {
                    SocketChannel socket = SocketChannel.open(server.address());
                    socket.configureBlocking(false);
                    sockets.add(socket);
                    flooding.incrementAndGet();
                }
            }
            for (SocketChannel socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean ended(SocketChannel socket) {
        try {
            return socket.read(ByteBuffer.allocate(1)) < 0;
        } catch (IOException e) {
            return true; // reset
        }
    }

    private void awaitLog(String text) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(log.list.stream().map(ILoggingEvent::getFormattedMessage))
                        .anyMatch(line -> line.contains(text)));
    }

    private static Encryption tls(HostId host) throws IOException {
        return new Encryption.Tls(
                HostCertificates.read(pki.resolve("hosts").resolve(host.value()), host, Instant.now()));
    }

    private PeerServer serve(Encryption encryption) throws IOException {
        return PeerServer.start(
                "127.0.0.1:0", new PeerServer.Settings(TIMES, 64L << 20, encryption), destination, clock);
    }

    private TcpPeers peers(Encryption encryption) {
        return new TcpPeers(2, TIMES, new LinkLimiter(clock, LinkLimiter.UNLIMITED), encryption, clock);
    }

    private PeerSession open(Encryption encryption, String address) throws IOException, InterruptedException {
        return peers(encryption).open(address, TestDestination.HOST, TestDestination.MIGRATION, TestDestination.TOKEN);
    }

    private String address() {
        return "127.0.0.1:" + server.address().getPort();
    }
}
