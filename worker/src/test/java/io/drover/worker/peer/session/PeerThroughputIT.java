package io.drover.worker.peer.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import io.drover.messages.DiskId;
import io.drover.messages.time.SystemClock;
import io.drover.worker.image.TestImageStores;
import io.drover.worker.peer.LinkLimiter;
import io.drover.worker.peer.PeerSession;
import io.drover.worker.peer.channel.PeerTimes;
import io.drover.worker.peer.client.TcpPeers;
import io.drover.worker.peer.server.PeerServer;
import io.drover.worker.pki.Encryption;
import io.drover.worker.pki.FleetAuthority;
import io.drover.worker.pki.FleetAuthority.Validity;
import io.drover.worker.pki.HostCertificates;
import io.drover.worker.replication.BlockTarget;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How fast and how even data goes; prints figures and asserts generously, because the machine may be busy. */
@Timeout(300)
final class PeerThroughputIT {
    private static final long MIB = 1 << 20;
    private static final int PIECE_BYTES = 256 << 10;
    private static final DiskId DATA = new DiskId("data");
    private static final DiskId SWAP = new DiskId("swap");
    private final SystemClock clock = new SystemClock();
    private final LinkLimiter limiter = new LinkLimiter(clock, LinkLimiter.UNLIMITED);
    private @Nullable PeerServer server;
    private final TestDestination destination = new TestDestination();

    @TempDir
    Path folder;

    @AfterEach
    void stop() throws IOException {
        if (server != null) {
            server.close();
        }
        for (var image : destination.images.values()) {
            image.close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void sendsFasterThanAGigabitLinkCarries(boolean encrypted) throws Exception {
        long size = 512 * MIB;
        destination.images.put(DATA, TestImageStores.of(folder).create("data", size, TestDestination.MIGRATION));
        try (PeerSession session = open(encrypted ? tls() : Encryption.off())) {
            send(session.target(DATA), size / 8); // warms up
            session.target(DATA).flush();
            var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            long cpuBefore = system.getProcessCpuTime();
            Duration before = clock.elapsed();
            send(session.target(DATA), size);
            double sent = seconds(before);
            session.target(DATA).flush();
            double flushed = seconds(before);
            double cpu = (system.getProcessCpuTime() - cpuBefore) / 1e9;
            double rate = size / 1e6 / flushed;
            System.out.printf(
                    Locale.ROOT,
                    "peer throughput, %s: %.0f MB/s durable (%.2f s to send, %.2f s more to flush), %.2f s CPU a GB%n",
                    encrypted ? "TLS" : "plain",
                    rate,
                    sent,
                    flushed - sent,
                    cpu / (size / 1e9));
            assertThat(rate).isGreaterThan(10);
        }
    }

    @Test
    void twoDisksShareTheLimitOfTheLink() throws Exception {
        long size = 96 * MIB;
        var store = TestImageStores.of(folder);
        destination.images.put(DATA, store.create("data", size, TestDestination.MIGRATION));
        destination.images.put(SWAP, store.create("swap", size, TestDestination.MIGRATION));
        limiter.setBytesPerSecond(64 * MIB);
        try (PeerSession session = open(Encryption.off())) {
            session.target(DATA).flush();
            session.target(SWAP).flush();
            Duration before = clock.elapsed();
            var swap = new Thread(() -> {
                try {
                    send(session.target(SWAP), size);
                } catch (IOException | InterruptedException e) {
                    destination.seen.add(e);
                }
            });
            swap.start();
            send(session.target(DATA), size);
            swap.join();
            double rate = 2.0 * size / MIB / seconds(before);
            System.out.printf(Locale.ROOT, "peer limit: %.1f of 64 MiB/s%n", rate);
            assertThat(destination.seen).isEmpty();
            // Never over it (but for the first burst); below it only as far as a busy machine makes it.
            assertThat(rate).isBetween(32.0, 64 * 1.03);
        }
    }

    private static void send(BlockTarget target, long bytes) throws IOException, InterruptedException {
        ByteBuffer content = ByteBuffer.allocateDirect(PIECE_BYTES);
        var random = new byte[PIECE_BYTES];
        new Random(1).nextBytes(random);
        content.put(random);
        for (long at = 0; at < bytes; at += PIECE_BYTES) {
            target.write(at, content.clear());
        }
    }

    private double seconds(Duration since) {
        return clock.elapsed().minus(since).toNanos() / 1e9;
    }

    private Encryption tls() throws IOException {
        var day = new Validity(clock.now(), Duration.ofDays(1));
        Path pki = folder.resolve("pki");
        // Both ends are this one host, so it needs one certificate only.
        FleetAuthority fleet = FleetAuthority.init(pki, day, new SecureRandom());
        Path made = fleet.issue(TestDestination.SOURCE, day);
        return new Encryption.Tls(HostCertificates.read(made, TestDestination.SOURCE, clock.now()));
    }

    private PeerSession open(Encryption encryption) throws IOException, InterruptedException {
        server = PeerServer.start("127.0.0.1:0", PeerServer.Settings.defaults(encryption), destination, clock);
        return new TcpPeers(1, PeerTimes.defaults(), limiter, encryption, clock)
                .open(
                        "127.0.0.1:" + server.address().getPort(),
                        TestDestination.SOURCE,
                        TestDestination.MIGRATION,
                        TestDestination.TOKEN);
    }
}
