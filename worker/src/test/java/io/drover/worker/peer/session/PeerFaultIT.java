package io.drover.worker.peer.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.drover.messages.DiskId;
import io.drover.messages.time.SystemClock;
import io.drover.worker.image.ImageStore.TargetImage;
import io.drover.worker.peer.LinkLimiter;
import io.drover.worker.peer.PeerSession;
import io.drover.worker.peer.channel.PeerTimes;
import io.drover.worker.peer.client.TcpPeers;
import io.drover.worker.peer.server.PeerServer;
import io.drover.worker.pki.Encryption;
import io.drover.worker.replication.BlockTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Links that are cut, frozen or damaged, disks that hang or are full: nothing hangs and nothing wrong is written. */
@Timeout(180)
final class PeerFaultIT {
    private static final int MIB = 1 << 20;
    private static final DiskId DATA = new DiskId("data");
    private static final Duration SILENCE = Duration.ofSeconds(2);
    private static final PeerTimes TIMES = new PeerTimes(
            Duration.ofSeconds(5),
            Duration.ofMillis(300),
            SILENCE,
            Duration.ofSeconds(2),
            Duration.ofSeconds(3),
            Duration.ofSeconds(3),
            Duration.ofSeconds(3));
    private final SystemClock clock = new SystemClock();
    private final TestDestination destination = new TestDestination();
    private final MemoryImage image = new MemoryImage(8 * MIB);
    private final PeerServer server;
    private final FaultyLink link;

    PeerFaultIT() throws IOException {
        destination.images.put(DATA, image);
        server = PeerServer.start(
                "127.0.0.1:0", new PeerServer.Settings(TIMES, MIB, Encryption.off()), destination, clock);
        link = new FaultyLink(server.address());
    }

    @AfterEach
    void stop() throws IOException {
        destination.settle.countDown();
        image.goesOn.countDown();
        link.close();
        server.close();
    }

    @Test
    void aCutLinkFailsWhoeverWaits() throws Exception {
        try (PeerSession session = open()) {
            session.target(DATA).flush();
            var waiting = Thread.ofVirtual().unstarted(() -> {
                destination.seen.add(catchThrowable(session::settle));
            });
            waiting.start();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
            link.cut();
            assertThat(waiting.join(Duration.ofSeconds(30))).isTrue();
            assertThat(destination.seen.getFirst()).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> session.target(DATA).write(0, ByteBuffer.allocate(1)))
                    .isInstanceOf(IOException.class);
        }
        try (PeerSession again = open()) {
            assertThat(again.observe().mayRunMark()).isTrue();
        }
    }

    @Test
    void aFrozenLinkIsGivenUpByBothSides() throws Exception {
        PeerSession session = open();
        session.target(DATA).flush();
        link.freeze();
        assertThatThrownBy(() -> writeUntilItFails(session.target(DATA)))
                .isInstanceOf(IOException.class)
                .hasMessageMatching("the peer has (been silent|taken no data) for \\d+ ms");
        assertThatThrownBy(session::observe).isInstanceOf(IOException.class);
        // The server holds no session any more: a new one need not wait for the old.
        try (PeerSession fresh = peers().open(
                        "127.0.0.1:" + server.address().getPort(),
                        TestDestination.HOST,
                        TestDestination.MIGRATION,
                        TestDestination.TOKEN)) {
            fresh.target(DATA).flush();
        }
    }

    @Test
    void aHangingDiskFailsTheFlushInTime() throws Exception {
        try (PeerSession session = open()) {
            session.target(DATA).flush();
            image.hangs = true;
            session.target(DATA).write(0, ByteBuffer.allocate(4096));
            assertThatThrownBy(() -> session.target(DATA).flush()).hasMessageContaining("no answer within");
            assertThatThrownBy(() -> writeUntilItFails(session.target(DATA)))
                    .hasMessageContaining("has taken no data for");
        }
        assertThatThrownBy(this::open).as("the old session still writes").hasMessageContaining("older session");
        image.hangs = false;
        image.goesOn.countDown();
        open().close();
    }

    @Test
    void aDiskThatFailsWhileItIsSyncedBesideTheWritingEndsTheSession() throws Exception {
        try (PeerSession session = open()) {
            image.failure = "No space left on device";
            assertThatThrownBy(() -> writeUntilItFails(session.target(DATA)))
                    .hasMessageContaining("the peer ended the session: disk data: no space left on the disk");
        }
    }

    @Test
    void damageOnTheWayIsNoticedAndNothingWrongIsWritten() throws Exception {
        var random = new Random(5);
        // Packed content would be over before the damage.
        var noise = new byte[400_000];
        random.nextBytes(noise);
        for (int i = 0; i < 12; i++) {
            try (PeerSession session = open()) {
                BlockTarget target = session.target(DATA);
                target.flush();
                link.damageAfter(random.nextInt(200_000));
                Throwable thrown = catchThrowable(() -> writeNoise(target, noise));
                assertThat(thrown).as("damage %d", i).isInstanceOf(IOException.class);
            }
            for (int at = 0; at < noise.length; at++) {
                assertThat(image.content[at]).isIn((byte) 0, noise[at]);
            }
        }
    }

    @Test
    void whoSpeaksAnotherProtocolIsShownTheDoor() throws Exception {
        for (String words : new String[] {"GET / HTTP/1.1\r\n\r\n" + "x".repeat(100), ""}) {
            try (var socket =
                    new Socket(server.address().getAddress(), server.address().getPort())) {
                socket.getOutputStream().write(words.getBytes(StandardCharsets.US_ASCII));
                socket.setSoTimeout(30_000);
                assertThat(socket.getInputStream().read())
                        .as("closed within the deadline")
                        .isEqualTo(-1);
            } catch (SocketException e) {
                assertThat(e).hasMessageContaining("reset");
            }
        }
        open().close();
    }

    @Test
    void aServerOfAnotherProtocolIsRefused() throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (Socket socket = other.accept()) {
                    socket.getOutputStream().write(new byte[52]);
                    socket.getInputStream().read(new byte[84]);
                } catch (IOException e) {
                    // The client has left: what is looked at is its exception.
                }
            });
            assertThatThrownBy(() -> peers().open(
                                    "127.0.0.1:" + other.getLocalPort(),
                                    TestDestination.HOST,
                                    TestDestination.MIGRATION,
                                    TestDestination.TOKEN))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("handshake");
        }
    }

    @Test
    void aServerThatSaysNothingIsGivenUp() throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> peers().open(
                                    "127.0.0.1:" + other.getLocalPort(),
                                    TestDestination.HOST,
                                    TestDestination.MIGRATION,
                                    TestDestination.TOKEN))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no handshake within 5000 ms");
        }
    }

    @Test
    void anInterruptEndsTheWaitAndSaysSo() throws Exception {
        try (PeerSession session = open()) {
            var waiting = new CountDownLatch(1);
            Thread thread = Thread.ofPlatform().start(() -> {
                waiting.countDown();
                destination.seen.add(catchThrowable(session::settle));
            });
            assertThat(waiting.await(30, TimeUnit.SECONDS)).isTrue();
            thread.interrupt();
            assertThat(thread.join(Duration.ofSeconds(30))).isTrue();
            assertThat(destination.seen.getFirst()).isInstanceOf(InterruptedException.class);
        }
    }

    /** Fails at last, because a write is only handed over. */
    private static void writeUntilItFails(BlockTarget target) throws IOException, InterruptedException {
        while (true) {
            target.write(0, ByteBuffer.allocate(MIB));
        }
    }

    private static void writeNoise(BlockTarget target, byte[] noise) throws IOException, InterruptedException {
        for (int at = 0; at < noise.length; at += 10_000) {
            target.write(at, ByteBuffer.wrap(noise, at, 10_000));
        }
        target.flush();
        throw new AssertionError("the damage was not noticed");
    }

    private PeerSession open() throws IOException, InterruptedException {
        return peers().open(link.address(), TestDestination.HOST, TestDestination.MIGRATION, TestDestination.TOKEN);
    }

    private TcpPeers peers() {
        return new TcpPeers(1, TIMES, new LinkLimiter(clock, LinkLimiter.UNLIMITED), Encryption.off(), clock);
    }

    /** An image that can hang and fail. */
    private static final class MemoryImage implements TargetImage {
        private final byte[] content;
        private final CountDownLatch goesOn = new CountDownLatch(1);
        private volatile boolean hangs;
        private volatile String failure = "";

        MemoryImage(int size) {
            content = new byte[size];
        }

        @Override
        public void write(long offset, ByteBuffer bytes) throws IOException {
            try {
                if (hangs) {
                    goesOn.await();
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            bytes.get(content, (int) offset, bytes.remaining());
        }

        @Override
        public void zero(long offset, long length) {
            Arrays.fill(content, (int) offset, (int) (offset + length), (byte) 0);
        }

        @Override
        public void sync() throws IOException {
            if (!failure.isEmpty()) {
                throw new IOException(failure);
            }
        }

        @Override
        public void close() {}
    }
}
