package io.drover.worker.peer.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.HostId;
import io.drover.messages.time.SystemClock;
import io.drover.worker.peer.LinkLimiter;
import io.drover.worker.peer.PeerSession;
import io.drover.worker.peer.client.TcpPeers;
import io.drover.worker.peer.server.PeerServer;
import io.drover.worker.peer.session.FaultyLink;
import io.drover.worker.peer.session.TestDestination;
import io.drover.worker.pki.Encryption;
import io.drover.worker.pki.FleetAuthority;
import io.drover.worker.pki.FleetAuthority.Validity;
import io.drover.worker.pki.HostCertificates;
import io.drover.worker.wire.Frame;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory between two hypervisors, which are two sockets here, through a real client and a real server. */
@Timeout(120)
final class MemoryStreamIT {
    private static final int MIB = 1 << 20;

    @TempDir
    static Path pki;

    private final SystemClock clock = new SystemClock();
    private final LinkLimiter limiter = new LinkLimiter(clock, LinkLimiter.UNLIMITED);
    private final TestDestination destination = new TestDestination();
    private String leaves;
    private ServerSocketChannel waiting;

    @TempDir
    Path folder;

    @BeforeAll
    static void issue() throws IOException {
        var year = new Validity(Instant.now(), Duration.ofDays(365));
        FleetAuthority fleet = FleetAuthority.init(pki, year, new SecureRandom());
        for (HostId host : new HostId[] {TestDestination.SOURCE, TestDestination.HOST}) {
            fleet.issue(host, year);
        }
    }

    @BeforeEach
    void listen() throws IOException {
        leaves = folder.resolve("leaves").toString();
        Path arrives = folder.resolve("arrives");
        waiting = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        waiting.bind(UnixDomainSocketAddress.of(arrives));
        destination.memorySocket = arrives.toString();
    }

    @AfterEach
    void stop() throws IOException {
        waiting.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void bothDirectionsArriveByteForByteAndSoDoTheirEnds(boolean encrypted) throws Exception {
        // So slow that packing pays however busy the processor is: what goes out plain is decided by the clock
        // otherwise.
        limiter.setBytesPerSecond(16L * MIB);
        byte[] memory = content(24 * MIB, 1);
        byte[] answers = content(100_000, 2);
        try (PeerServer server = serve(encrypted);
                var link = new FaultyLink(server.address());
                PeerSession session = open(encrypted, link.address())) {
            session.carryMemory(leaves);
            try (SocketChannel source = SocketChannel.open(UnixDomainSocketAddress.of(leaves));
                    SocketChannel vm = waiting.accept()) {
                Thread sender = Thread.ofPlatform().start(() -> send(source, memory));
                assertThat(received(vm)).isEqualTo(memory);
                sender.join();
                send(vm, answers);
                assertThat(received(source)).isEqualTo(answers);
            }
            // Half of it is noise, half shrinks to nearly nothing.
            assertThat(link.forwarded()).isLessThan(memory.length * 3L / 4);
            assertThat(session.observe().mayRunMark()).isTrue();
        }
    }

    @Test
    void itKeepsToTheLinksLimit() throws Exception {
        limiter.setBytesPerSecond(2L * MIB);
        var memory = new byte[2 * MIB];
        new Random(3).nextBytes(memory);
        try (PeerServer server = serve(false);
                PeerSession session = open(false, address(server))) {
            session.carryMemory(leaves);
            try (SocketChannel source = SocketChannel.open(UnixDomainSocketAddress.of(leaves));
                    SocketChannel vm = waiting.accept()) {
                Duration before = clock.elapsed();
                Thread sender = Thread.ofPlatform().start(() -> send(source, memory));
                assertThat(received(vm)).isEqualTo(memory);
                assertThat(clock.elapsed().minus(before)).isGreaterThan(Duration.ofMillis(800));
                sender.join();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theSessionsEndIsTheStreams(boolean encrypted) throws Exception {
        try (PeerServer server = serve(encrypted)) {
            PeerSession session = open(encrypted, address(server));
            session.carryMemory(leaves);
            try (SocketChannel source = SocketChannel.open(UnixDomainSocketAddress.of(leaves));
                    SocketChannel vm = waiting.accept()) {
                source.write(ByteBuffer.wrap(new byte[1000]));
                assertThat(vm.read(ByteBuffer.allocate(10))).isEqualTo(10);
                session.close();
                assertEnds(source);
                assertEnds(vm);
            }
        }
    }

    @Test
    void aBrokenNetworkEndsItForBothHypervisors() throws Exception {
        try (PeerServer server = serve(false);
                var link = new FaultyLink(server.address());
                PeerSession session = open(false, link.address())) {
            session.carryMemory(leaves);
            try (SocketChannel source = SocketChannel.open(UnixDomainSocketAddress.of(leaves));
                    SocketChannel vm = waiting.accept()) {
                source.write(ByteBuffer.wrap(new byte[1000]));
                assertThat(vm.read(ByteBuffer.allocate(10))).isEqualTo(10);
                link.cut();
                assertEnds(source);
                assertEnds(vm);
            }
        }
    }

    @Test
    void damageOnTheWayNeverReachesTheVm() throws Exception {
        byte[] memory = content(4 * MIB, 4);
        try (PeerServer server = serve(false);
                var link = new FaultyLink(server.address());
                PeerSession session = open(false, link.address())) {
            session.carryMemory(leaves);
            try (SocketChannel source = SocketChannel.open(UnixDomainSocketAddress.of(leaves));
                    SocketChannel vm = waiting.accept()) {
                link.damageAfter(MIB);
                Thread sender = Thread.ofPlatform().start(() -> send(source, memory));
                byte[] arrived = received(vm);
                assertThat(arrived.length).isLessThan(memory.length);
                assertThat(arrived).isEqualTo(Arrays.copyOf(memory, arrived.length));
                sender.join();
            }
        }
    }

    @Test
    void whereNoVmWaitsTheHypervisorHearsSo() throws Exception {
        destination.memorySocket = null;
        try (PeerServer server = serve(false);
                PeerSession session = open(false, address(server))) {
            session.carryMemory(leaves);
            try (SocketChannel source = SocketChannel.open(UnixDomainSocketAddress.of(leaves))) {
                assertEnds(source);
            }
            assertThat(session.observe().mayRunMark()).isTrue();
        }
    }

    /** Frames that are sound but not the stream's next. */
    @Test
    void whatDoesNotFollowEndsTheStream() throws Exception {
        var piece = ByteBuffer.wrap(content(5000, 5));
        for (Frame wrong : new Frame[] {
            new Frame.Data(0, 4999, piece), new Frame.Data(1, 5000, piece), new Frame.Zero(0, 5000, 4096)
        }) {
            try (ServerSocketChannel listener = ServerSocketChannel.open()) {
                listener.bind(null);
                try (SocketChannel peer = SocketChannel.open(listener.getLocalAddress());
                        SocketChannel hypervisor =
                                SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("arrives")));
                        SocketChannel vm = waiting.accept()) {
                    var here = new FrameConnection(new PlainChannel(listener.accept()), Frame.DATA_BYTES_MAX, clock);
                    var there = new FrameConnection(new PlainChannel(peer), Frame.DATA_BYTES_MAX, clock);
                    there.send(new Frame.Data(0, 0, piece));
                    there.send(wrong);
                    Thread carrier = Thread.ofPlatform().start(() -> carry(hypervisor, here));
                    assertThat(received(vm)).as(wrong.toString()).isEqualTo(piece.array());
                    carrier.join();
                    assertThat(hypervisor.isOpen()).isFalse();
                }
            }
        }
    }

    private void carry(SocketChannel hypervisor, FrameConnection connection) {
        try (var stream = new MemoryStream(hypervisor, connection, limiter, clock)) {
            stream.carry();
        } catch (IOException | InterruptedException e) {
            assertThat(e).isNotNull();
        }
    }

    private static byte[] content(int length, long seed) {
        var content = new byte[length];
        var random = new Random(seed);
        for (int at = 0; at < length; at += 4096) {
            if (random.nextBoolean()) {
                for (int i = at; i < Math.min(length, at + 4096); i++) {
                    content[i] = (byte) random.nextInt();
                }
            }
        }
        return content;
    }

    /** In pieces of many sizes; ends early when the other side has gone. */
    private static void send(SocketChannel channel, byte[] content) {
        var random = new Random(content.length);
        try {
            for (int at = 0, length; at < content.length; at += length) {
                length = Math.min(content.length - at, 1 + random.nextInt(random.nextInt(300_000) + 1));
                ByteBuffer piece = ByteBuffer.wrap(content, at, length);
                while (piece.hasRemaining()) {
                    channel.write(piece);
                }
            }
            channel.shutdownOutput();
        } catch (IOException e) {
            assertThat(e.getMessage()).containsAnyOf("Broken pipe", "reset");
        }
    }

    private static byte[] received(SocketChannel channel) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(32 * MIB);
        try {
            while (channel.read(content) >= 0) {
                assertThat(content.hasRemaining()).isTrue();
            }
        } catch (IOException e) {
            assertThat(e.getMessage()).contains("reset");
        }
        return Arrays.copyOf(content.array(), content.position());
    }

    private static void assertEnds(SocketChannel channel) throws IOException {
        assertThat(received(channel).length).isLessThan(1000);
    }

    private PeerServer serve(boolean encrypted) throws IOException {
        var settings =
                new PeerServer.Settings(PeerTimes.defaults(), 64L << 20, encryption(encrypted, TestDestination.HOST));
        return PeerServer.start("127.0.0.1:0", settings, destination, clock);
    }

    private PeerSession open(boolean encrypted, String address) throws IOException, InterruptedException {
        var peers =
                new TcpPeers(2, PeerTimes.defaults(), limiter, encryption(encrypted, TestDestination.SOURCE), clock);
        return peers.open(address, TestDestination.HOST, TestDestination.MIGRATION, TestDestination.TOKEN);
    }

    private static Encryption encryption(boolean encrypted, HostId host) throws IOException {
        return encrypted
                ? new Encryption.Tls(
                        HostCertificates.read(pki.resolve("hosts").resolve(host.value()), host, Instant.now()))
                : Encryption.off();
    }

    private static String address(PeerServer server) {
        return "127.0.0.1:" + server.address().getPort();
    }
}
