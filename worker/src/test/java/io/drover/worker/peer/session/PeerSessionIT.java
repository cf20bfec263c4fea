package io.drover.worker.peer.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.Failure;
import io.drover.messages.MigrationId;
import io.drover.messages.NetworkCards;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.time.SystemClock;
import io.drover.worker.image.TestImageStores;
import io.drover.worker.image.pulled.PulledImage;
import io.drover.worker.peer.Destination;
import io.drover.worker.peer.LinkLimiter;
import io.drover.worker.peer.PeerRefusedException;
import io.drover.worker.peer.PeerSession;
import io.drover.worker.peer.channel.PeerTimes;
import io.drover.worker.peer.client.TcpPeers;
import io.drover.worker.peer.server.PeerServer;
import io.drover.worker.pki.Encryption;
import io.drover.worker.replication.BlockTarget;
import io.drover.worker.replication.MemoryDisk;
import io.drover.worker.replication.RegionComparison;
import io.drover.worker.replication.RegionDigests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls and data between a real client and a real server. */
@Timeout(120)
final class PeerSessionIT {
    private static final int MIB = 1 << 20;
    private static final DiskId DATA = new DiskId("data");
    private static final DiskId SWAP = new DiskId("swap");
    private final SystemClock clock = new SystemClock();
    private final LinkLimiter limiter = new LinkLimiter(clock, LinkLimiter.UNLIMITED);
    private final TestDestination destination = new TestDestination();
    private PeerServer server;

    @TempDir
    Path folder;

    PeerSessionIT() throws IOException {
        server = PeerServer.start(
                "127.0.0.1:0",
                new PeerServer.Settings(PeerTimes.defaults(), 4L * MIB, Encryption.off()),
                destination,
                clock);
    }

    @BeforeEach
    void createImages() throws IOException {
        var store = TestImageStores.of(folder);
        destination.images.put(DATA, store.create("data", 32L * MIB, TestDestination.MIGRATION));
        destination.images.put(SWAP, store.create("swap", 4L * MIB, TestDestination.MIGRATION));
    }

    @AfterEach
    void stop() throws IOException {
        destination.settle.countDown();
        server.close();
        for (var image : destination.images.values()) {
            image.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void dataArrivesByteForByte(int connections) throws Exception {
        var random = new Random(connections);
        var data = new byte[32 * MIB];
        var swap = new byte[4 * MIB];
        try (PeerSession session = open(connections)) {
            for (int i = 0; i < 3000; i++) {
                scribble(session.target(DATA), data, random);
                scribble(session.target(SWAP), swap, random);
            }
            session.target(DATA).flush();
            session.target(SWAP).flush();
            assertThat(Arrays.mismatch(Files.readAllBytes(folder.resolve("data")), data))
                    .isEqualTo(-1);
            assertThat(Arrays.mismatch(Files.readAllBytes(folder.resolve("swap")), swap))
                    .isEqualTo(-1);
            assertThat(session.target(DATA).wireBytes()).isGreaterThan(MIB);
            assertThat(session.bytesPerSecond()).isPositive();
        }
    }

    /** Four MiB a second: packing is faster than that on any machine, and the content arrives unpacked all the same. */
    @Test
    void contentIsPackedForASlowLink() throws Exception {
        var data = new byte[16 * MIB];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (1 + i / 100);
        }
        limiter.setBytesPerSecond(4L * MIB);
        try (PeerSession session = open(2)) {
            session.target(DATA).write(0, ByteBuffer.wrap(data));
            session.target(DATA).flush();
            assertThat(Arrays.copyOf(Files.readAllBytes(folder.resolve("data")), data.length))
                    .isEqualTo(data);
            assertThat(session.target(DATA).wireBytes()).isLessThan(data.length / 2);
        }
    }

    @Test
    void whatAGuestWaitsForIsFetchedInEverySession() throws Exception {
        var id = new DiskId("pulled");
        PulledImage image = TestImageStores.of(folder).createPulled("pulled", 2L * MIB, TestDestination.MIGRATION);
        image.beginPulling();
        destination.images.put(id, image);
        var disk = new MemoryDisk(2 * MIB);
        var content = new byte[MIB];
        new Random(1).nextBytes(content);
        disk.guestWrites(0, content);
        for (int offset : new int[] {70_000, MIB - 5000}) {
            try (PeerSession session = open(2)) {
                session.answerFetches(Map.of(id, disk));
                var into = ByteBuffer.allocate(10_000);
                image.guestReads(offset, into);
                assertThat(into.array()).isEqualTo(Arrays.copyOfRange(disk.content(), offset, offset + 10_000));
            }
        }
        assertThat(image.missingBytes()).isBetween(2L * MIB - (256 << 10), 2L * MIB - 20_000);
    }

    private static void scribble(BlockTarget target, byte[] expected, Random random)
            throws IOException, InterruptedException {
        int offset = random.nextInt(expected.length / 512) * 512;
        int length =
                Math.min(expected.length - offset, 512 * (1 + random.nextInt(random.nextInt(20) == 0 ? 3000 : 64)));
        if (random.nextInt(4) == 0) {
            Arrays.fill(expected, offset, offset + length, (byte) 0);
            target.zero(offset, length);
            return;
        }
        var bytes = new byte[length];
        random.nextBytes(bytes);
        System.arraycopy(bytes, 0, expected, offset, length);
        ByteBuffer content = random.nextBoolean()
                ? ByteBuffer.wrap(bytes)
                : ByteBuffer.allocateDirect(length).put(bytes).flip();
        target.write(offset, content);
        assertThat(content.hasRemaining()).isFalse();
    }

    @Test
    void everyCallArrivesWithItsArgumentsAndComesBackWithItsResult() throws Exception {
        try (PeerSession session = open(1)) {
            Destination.PrepareRequest request = request();
            assertThat(session.prepare(request))
                    .isEqualTo(new Destination.Prepared(Map.of(DATA, "nbd:127.0.0.12:42000:data")));
            assertThat(destination.seen).containsExactly(request);
            assertThat(session.awaitComplete(Duration.ofMillis(1500))).isTrue();
            assertThat(session.awaitComplete(Duration.ofMillis(500))).isFalse();
            assertThat(destination.seen).contains(Duration.ofMillis(1500));
            assertThat(session.observe()).isEqualTo(new Destination.Observation(true));
            var comparison = new RegionComparison(4096, 1024, 1000, 24, List.of(4096L), "ab", "cd");
            assertThat(session.compare(DATA, digests(32 << 10))).isEqualTo(comparison);
            assertThat(session.compare(DATA, new RegionDigests(4096, 4 * MIB, null)))
                    .isEqualTo(comparison);
            assertThat(destination.seen).contains("2 of 32768", "zeros");
        }
    }

    @Test
    void aRefusalAFailureAndADefectAreToldApart() throws Exception {
        try (PeerSession session = open(1)) {
            assertThatThrownBy(session::abort)
                    .isInstanceOfSatisfying(
                            PeerRefusedException.class,
                            e -> assertThat(e.failure().kind()).isEqualTo(Failure.Kind.INTERNAL));
            destination.seen.add("something");
            assertThatThrownBy(session::abort)
                    .isInstanceOfSatisfying(
                            PeerRefusedException.class,
                            e -> assertThat(e.failure())
                                    .isEqualTo(new Failure(Failure.Kind.HOST, "too late: this side owns the VM")));
            assertThatThrownBy(session::run)
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(PeerRefusedException.class)
                    .hasMessageContaining("PostgreSQL does not answer");
            assertThatThrownBy(() -> session.target(new DiskId("none")).flush())
                    .isInstanceOf(PeerRefusedException.class)
                    .hasMessage("no disk none");
            assertThat(session.observe().mayRunMark())
                    .as("the session is usable")
                    .isTrue();
        }
    }

    @Test
    void aSlowCallDoesNotHoldUpOthers() throws Exception {
        try (PeerSession session = open(1)) {
            Thread slow = Thread.ofVirtual().start(() -> {
                try {
                    session.settle();
                    destination.seen.add("settled");
                } catch (IOException | InterruptedException e) {
                    destination.seen.add(e);
                }
            });
            assertThat(session.observe().mayRunMark()).isTrue();
            destination.settle.countDown();
            slow.join();
            assertThat(destination.seen).containsExactly("settled");
        }
    }

    @Test
    void onlyWhoKnowsTheTokenIsLetIn() {
        String refusal = "is not expected here from this host, or the token is wrong";
        var other = new MigrationId(UUID.randomUUID());
        assertThatThrownBy(() -> peers(1).open(address(), TestDestination.HOST, TestDestination.MIGRATION, "guessed"))
                .isInstanceOf(PeerRefusedException.class)
                .hasMessageContaining(refusal);
        assertThatThrownBy(() -> peers(1).open(address(), TestDestination.HOST, other, TestDestination.TOKEN))
                .isInstanceOf(PeerRefusedException.class)
                .hasMessageContaining(refusal);
    }

    @Test
    void theTokenDoesNotTravel() throws Exception {
        try (var link = new FaultyLink(server.address());
                PeerSession session = peers(1).open(
                                link.address(),
                                TestDestination.HOST,
                                TestDestination.MIGRATION,
                                TestDestination.TOKEN)) {
            assertThat(session.observe().mayRunMark()).isTrue();
            assertThat(link.heard()).contains("DROVPEER", "may_run_mark").doesNotContain(TestDestination.TOKEN);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.2.3:7000", "0.0.0.0:7000", "[2001:db8::1]:7000"})
    void otherThanLoopbackIsRefusedWhileItIsNotEncrypted(String address) {
        assertThatThrownBy(() ->
                        peers(1).open(address, TestDestination.HOST, TestDestination.MIGRATION, TestDestination.TOKEN))
                .hasMessageContaining("is refused: the peer connection is not encrypted");
        assertThatThrownBy(() ->
                        PeerServer.start(address, PeerServer.Settings.defaults(Encryption.off()), destination, clock))
                .hasMessageContaining("is refused: the peer connection is not encrypted");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.1:port", ":7000", "127.0.0.1:70000", "no-such-host.invalid:7000"})
    void anAddressThatIsNoneIsNamed(String address) {
        assertThatThrownBy(() ->
                        peers(1).open(address, TestDestination.HOST, TestDestination.MIGRATION, TestDestination.TOKEN))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(address);
    }

    @Test
    void aPeerThatIsNotThereIsNamed() throws Exception {
        String address = address();
        server.close();
        assertThatThrownBy(() ->
                        peers(1).open(address, TestDestination.HOST, TestDestination.MIGRATION, TestDestination.TOKEN))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(address)
                .hasMessageContaining("refused");
    }

    @Test
    void writingOutsideOfTheDiskEndsTheSessionWithTheReason() throws Exception {
        try (PeerSession session = open(1)) {
            BlockTarget target = session.target(SWAP);
            target.write(4L * MIB, ByteBuffer.allocate(4096));
            assertThatThrownBy(target::flush)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the peer ended the session: disk swap")
                    .hasMessageContaining("outside");
            assertThatThrownBy(session::observe).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> target.write(0, ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aNewSessionTakesThePlaceOfTheOld() throws Exception {
        try (PeerSession old = open(1)) {
            old.target(DATA).write(0, ByteBuffer.wrap(new byte[] {1}));
            try (PeerSession young = open(2)) {
                young.target(DATA).write(0, ByteBuffer.wrap(new byte[] {2}));
                young.target(DATA).flush();
                assertThatThrownBy(() -> old.target(DATA).flush()).isInstanceOf(IOException.class);
                assertThatThrownBy(old::observe).isInstanceOf(IOException.class);
                assertThat(young.observe().mayRunMark()).isTrue();
            }
        }
        try (var file = Files.newInputStream(folder.resolve("data"))) {
            assertThat(file.read()).isEqualTo(2);
        }
    }

    @Test
    void aClosedSessionFailsEveryCall() throws Exception {
        PeerSession session = open(1);
        session.close();
        session.close();
        assertThatThrownBy(session::observe).hasMessageContaining("closed");
        assertThatThrownBy(() -> session.target(DATA).flush()).hasMessageContaining("closed");
    }

    private Destination.PrepareRequest request() {
        var disks = List.of(
                new DiskDefinition(DATA, DiskRole.DATA, "data"), new DiskDefinition(SWAP, DiskRole.SWAP, "swap"));
        var definition = new VmDefinition(
                new VmId(UUID.randomUUID()),
                "web",
                2,
                256L * MIB,
                "pc-q35-7.2",
                "qemu64",
                NetworkCards.plain(1),
                null,
                disks);
        var needs = Map.of(
                DATA, new Destination.DiskNeed(32L * MIB, MIB, "pre-copy", true, false, null),
                SWAP, new Destination.DiskNeed(4L * MIB, 0, "pre-copy", true, false, null));
        return new Destination.PrepareRequest(definition, 5, needs, "7.2.22", "tcg", false);
    }

    private static RegionDigests digests(int bytes) {
        return new RegionDigests(4096, 4 * MIB, ByteBuffer.wrap(new byte[bytes]));
    }

    private PeerSession open(int connections) throws IOException, InterruptedException {
        return peers(connections)
                .open(address(), TestDestination.HOST, TestDestination.MIGRATION, TestDestination.TOKEN);
    }

    private TcpPeers peers(int connections) {
        return new TcpPeers(connections, PeerTimes.defaults(), limiter, Encryption.off(), clock);
    }

    private String address() {
        return "127.0.0.1:" + server.address().getPort();
    }
}
