package io.drover.worker.peer.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import io.drover.messages.DiskId;
import io.drover.messages.time.SystemClock;
import io.drover.worker.image.LocalImageStore;
import io.drover.worker.peer.LinkLimiter;
import io.drover.worker.peer.PeerSession;
import io.drover.worker.replication.BlockTarget;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How fast and how even data goes; prints figures and asserts generously, because the machine may be busy. */
@Timeout(300)
final class PeerThroughputIT {
    private static final long MIB = 1 << 20;
    private static final int PIECE_BYTES = 256 << 10;
    private static final DiskId DATA = new DiskId("data");
    private static final DiskId SWAP = new DiskId("swap");
    private final SystemClock clock = new SystemClock();
    private final LinkLimiter limiter = new LinkLimiter(clock, LinkLimiter.UNLIMITED);
    private final TestDestination destination = new TestDestination();
    private final PeerServer server =
            PeerServer.start("127.0.0.1:0", PeerServer.Settings.defaults(Encryption.off()), destination, clock);

    @TempDir
    Path folder;

    PeerThroughputIT() throws IOException {}

    @AfterEach
    void stop() throws IOException {
        server.close();
        for (var image : destination.images.values()) {
            image.close();
        }
    }

    @Test
    void sendsFasterThanAGigabitLinkCarries() throws Exception {
        long size = 512 * MIB;
        destination.images.put(DATA, new LocalImageStore(folder).create("data", size, TestDestination.MIGRATION));
        try (PeerSession session = open()) {
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
                    "peer throughput: %.0f MB/s durable (%.2f s to send, %.2f s more to flush), %.2f s CPU a GB%n",
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
        var store = new LocalImageStore(folder);
        destination.images.put(DATA, store.create("data", size, TestDestination.MIGRATION));
        destination.images.put(SWAP, store.create("swap", size, TestDestination.MIGRATION));
        limiter.setBytesPerSecond(64 * MIB);
        try (PeerSession session = open()) {
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

    private PeerSession open() throws IOException, InterruptedException {
        return new TcpPeers(1, PeerTimes.defaults(), limiter, Encryption.off(), clock)
                .open(
                        "127.0.0.1:" + server.address().getPort(),
                        TestDestination.HOST,
                        TestDestination.MIGRATION,
                        TestDestination.TOKEN);
    }
}
