package io.drover.worker.peer.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.DiskId;
import io.drover.messages.time.SystemClock;
import io.drover.worker.image.TestImageStores;
import io.drover.worker.nbd.NbdClient;
import io.drover.worker.nbd.NbdExtent;
import io.drover.worker.nbd.NbdRange;
import io.drover.worker.nbd.NbdServerProcess;
import io.drover.worker.peer.LinkLimiter;
import io.drover.worker.peer.PeerSession;
import io.drover.worker.peer.channel.PeerTimes;
import io.drover.worker.peer.client.TcpPeers;
import io.drover.worker.peer.server.PeerServer;
import io.drover.worker.pki.Encryption;
import io.drover.worker.replication.BlockSender;
import io.drover.worker.replication.BlockSource;
import io.drover.worker.replication.CopyAccount;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.IdleCopies;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk from a qemu-nbd export to a raw file over the peer protocol, flushed, beside nbdcopy and qemu-img on the same
 * export; {@code -Ddrover.raw.mib=4096} for a size that says something.
 */
@Timeout(600)
final class RawCopyIT {
    private static final long MIB = 1 << 20;
    private static final long SIZE_BYTES = Long.getLong("drover.raw.mib", 256) * MIB;
    private static final int RUNS = Integer.getInteger("drover.raw.runs", 1);
    private static final int CONNECTIONS = Integer.getInteger("drover.raw.connections", 2);
    private static final DiskId DATA = new DiskId("data");
    private final SystemClock clock = new SystemClock();
    private final TestDestination destination = new TestDestination();
    private final PeerServer server =
            PeerServer.start("127.0.0.1:0", PeerServer.Settings.defaults(Encryption.off()), destination, clock);

    @TempDir
    Path folder;

    RawCopyIT() throws IOException {}

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void copiesADiskBesideOthersTools() throws Exception {
        Path image = folder.resolve("source.raw");
        fill(image);
        try (var export = NbdServerProcess.qemuNbd(folder.resolve("nbd"), "-r", "-f", "raw", image.toString())) {
            for (int run = 0; run < RUNS; run++) {
                String uri = "nbd+unix:///?socket=" + folder.resolve("nbd");
                double ours = measured("drover", () -> copy(export, "ours" + CONNECTIONS));
                assertThat(Files.mismatch(image, folder.resolve("ours" + CONNECTIONS)))
                        .isEqualTo(-1);
                double theirs = measured("nbdcopy", () -> throughNbd("nbdcopy", "--flush", uri));
                measured(
                        "qemu-img convert",
                        () -> throughNbd("qemu-img", "convert", "-n", "-f", "raw", "-O", "raw", uri));
                System.out.printf(Locale.ROOT, "raw copy: %.2f of nbdcopy%n", theirs / ours);
                assertThat(ours).isLessThan(10 * theirs + 10);
            }
        }
    }

    /** Between two qemu-nbd, as those tools are used for a migration. */
    private void throughNbd(String... tool) throws IOException, InterruptedException {
        Path target = folder.resolve("theirs");
        Files.deleteIfExists(target);
        NbdServerProcess.run("truncate", "-s", Long.toString(SIZE_BYTES), target.toString());
        Path socket = folder.resolve("target-nbd");
        try (var _ = NbdServerProcess.qemuNbd(socket, "-f", "raw", "--discard=unmap", target.toString())) {
            var command = new ArrayList<>(List.of(tool));
            command.add("nbd+unix:///?socket=" + socket);
            NbdServerProcess.run(command.toArray(String[]::new));
            NbdServerProcess.run("sync", "-d", target.toString());
        }
    }

    private void copy(NbdServerProcess export, String name) throws IOException, InterruptedException {
        Files.deleteIfExists(folder.resolve(name));
        try (var client =
                        NbdClient.connect(export.address(), "", List.of(NbdClient.ALLOCATION), Duration.ofSeconds(60));
                var target = TestImageStores.of(folder).create(name, SIZE_BYTES, TestDestination.MIGRATION);
                PeerSession session = open()) {
            destination.images.put(DATA, target);
            var source = new ExportSource(client);
            List<Extent> disk = List.of(new Extent(0, SIZE_BYTES));
            List<Extent> allocated = BlockSender.allocated(source, disk);
            BlockSender.send(IdleCopies.of(source, session.target(DATA), new CopyAccount()), disk, allocated);
            session.target(DATA).flush();
        }
    }

    private PeerSession open() throws IOException, InterruptedException {
        var limiter = new LinkLimiter(clock, LinkLimiter.UNLIMITED);
        return new TcpPeers(CONNECTIONS, PeerTimes.defaults(), limiter, Encryption.off(), clock)
                .open(
                        "127.0.0.1:" + server.address().getPort(),
                        TestDestination.HOST,
                        TestDestination.MIGRATION,
                        TestDestination.TOKEN);
    }

    /** Random content, so that nothing is gained by packing it. */
    private static void fill(Path image) throws IOException {
        var random = new Random(1);
        var piece = new byte[(int) MIB];
        try (OutputStream out = Files.newOutputStream(image)) {
            for (long at = 0; at < SIZE_BYTES; at += MIB) {
                random.nextBytes(piece);
                out.write(piece);
            }
        }
    }

    private double measured(String what, Copy copy) throws IOException, InterruptedException {
        Duration before = clock.elapsed();
        copy.run();
        double seconds = clock.elapsed().minus(before).toNanos() / 1e9;
        System.out.printf(Locale.ROOT, "raw copy: %s %.2f s, %.0f MB/s%n", what, seconds, SIZE_BYTES / 1e6 / seconds);
        return seconds;
    }

    @FunctionalInterface
    private interface Copy {
        void run() throws IOException, InterruptedException;
    }

    /** An export as algorithms see it. */
    private record ExportSource(NbdClient client) implements BlockSource {
        @Override
        public long size() {
            return client.export().sizeBytes();
        }

        @Override
        public List<Extent> allocated(Extent within) throws IOException, InterruptedException {
            return client.blockStatus(NbdClient.ALLOCATION, within.offset(), within.length()).stream()
                    .filter(extent -> (extent.flags() & NbdExtent.ZERO) == 0)
                    .map(extent -> new Extent(extent.offset(), extent.length()))
                    .toList();
        }

        @Override
        public void read(List<Extent> extents, int pieceBytes, PieceConsumer consumer)
                throws IOException, InterruptedException {
            var ranges = extents.stream()
                    .flatMap(extent -> LongStream.iterate(
                                    extent.offset(), at -> at < extent.end(), at -> at + pieceBytes)
                            .mapToObj(at -> new NbdRange(at, (int) Math.min(pieceBytes, extent.end() - at))))
                    .iterator();
            client.read(ranges, pieceBytes, consumer::accept);
        }
    }
}
