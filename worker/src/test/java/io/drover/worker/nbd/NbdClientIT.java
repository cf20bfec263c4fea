package io.drover.worker.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NbdClientIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int PIECE = 64 << 10;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(longs = {10_000_001, 4096, 512, 1, 3 * PIECE + 512, 40L << 20})
    void readsEveryByteOfAnExportOfAnySize(long size) throws Exception {
        try (var server = NbdServerProcess.nbdkit(socket(), "pattern", "size=" + size);
                var client = NbdClient.connect(server.address(), "", List.of(), LIMIT)) {
            assertThat(client.export().sizeBytes()).isEqualTo(size);

            byte[] content = readAll(client, size);

            ByteBuffer expected = ByteBuffer.allocate((int) size + 8);
            for (long at = 0; at < size; at += 8) {
                expected.putLong(at);
            }
            assertThat(content).isEqualTo(Arrays.copyOf(expected.array(), (int) size));
        }
    }

    @Test
    void readsBackWhatItWrote() throws Exception {
        try (var server = NbdServerProcess.nbdkit(socket(), "memory", "size=8M");
                var client = NbdClient.connect(server.address(), "", List.of(NbdClient.ALLOCATION), LIMIT)) {
            byte[] content = random(1 << 20, 1);
            client.write(1 << 20, ByteBuffer.wrap(content));
            client.writeZeroes((1 << 20) + 65536, 65536);
            client.flush();

            ByteBuffer read = ByteBuffer.allocate(content.length);
            client.read(1 << 20, read);

            Arrays.fill(content, 65536, 2 * 65536, (byte) 0);
            assertThat(read.array()).isEqualTo(content);
            assertThat(covered(client.blockStatus(NbdClient.ALLOCATION, 0, 8 << 20), 0))
                    .isGreaterThanOrEqualTo((1 << 20) - 65536)
                    .isLessThan(2 << 20);
        }
    }

    @Test
    void aRefusedReadLeavesTheConnectionUsable() throws Exception {
        Path trigger = folder.resolve("trigger");
        try (var server = NbdServerProcess.nbdkit(
                        socket(),
                        "--filter=error",
                        "pattern",
                        "size=16M",
                        "error-pread=EIO",
                        "error-pread-rate=100%",
                        "error-pread-file=" + trigger);
                var client = NbdClient.connect(server.address(), "", List.of(), LIMIT)) {
            Files.createFile(trigger);
            assertThatThrownBy(() -> readAll(client, 16 << 20))
                    .isInstanceOf(NbdRequestException.class)
                    .hasMessageContaining("EIO");

            Files.delete(trigger);
            assertThat(client.isOpen()).isTrue();
            assertThat(readAll(client, 16 << 20)).hasSize(16 << 20);
        }
    }

    @Test
    void aServerThatDoesNotAnswerInTimeCostsTheConnection() throws Exception {
        try (var server = NbdServerProcess.nbdkit(socket(), "--filter=delay", "pattern", "size=1M", "rdelay=600");
                var client = NbdClient.connect(server.address(), "", List.of(), Duration.ofSeconds(5))) {
            long start = System.nanoTime();

            assertThatThrownBy(() -> readAll(client, 1 << 20))
                    .isInstanceOf(NbdProtocolException.class)
                    .hasMessageContaining("PT5S");

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
            assertThat(client.isOpen()).isFalse();
        }
    }

    @Test
    void aServerThatDiesIsNoticed() throws Exception {
        try (var server = NbdServerProcess.nbdkit(socket(), "pattern", "size=1M");
                var client = NbdClient.connect(server.address(), "", List.of(), LIMIT)) {
            server.kill();

            assertThatThrownBy(() -> readAll(client, 1 << 20)).isInstanceOf(IOException.class);

            assertThat(client.isOpen()).isFalse();
        }
    }

    @Test
    void anUnknownExportAndAMissingContextAreRefusedByName() throws Exception {
        Path image = image(1 << 20);
        try (var server = NbdServerProcess.qemuNbd(socket(), "-f", "raw", "-x", "here", image.toString())) {
            assertThatThrownBy(() -> NbdClient.connect(server.address(), "elsewhere", List.of(), LIMIT))
                    .isInstanceOf(NbdRequestException.class)
                    .hasMessageContaining("elsewhere")
                    .hasMessageContaining("no such export");
            assertThatThrownBy(() ->
                            NbdClient.connect(server.address(), "here", List.of(NbdClient.dirtyBitmap("none")), LIMIT))
                    .isInstanceOf(NbdRequestException.class)
                    .hasMessageContaining("qemu:dirty-bitmap:none");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {(8 << 20) + 512, (8 << 20) + 4096, (8 << 20) + 1, (8 << 20) - 3})
    void readsAnImageOfOddSizeAsQemuShowsIt(long size) throws Exception {
        Path image = folder.resolve("odd.raw");
        byte[] content = random((int) size, size);
        Arrays.fill(content, 1 << 20, 2 << 20, (byte) 0);
        Files.write(image, content);
        try (var server = NbdServerProcess.qemuNbd(socket(), "-f", "raw", image.toString());
                var client = NbdClient.connect(server.address(), "", List.of(NbdClient.ALLOCATION), LIMIT)) {
            long rounded = (size + 511) / 512 * 512;
            assertThat(client.export().sizeBytes()).isEqualTo(rounded);

            assertThat(readAll(client, rounded)).isEqualTo(Arrays.copyOf(content, (int) rounded));

            List<NbdExtent> extents = client.blockStatus(NbdClient.ALLOCATION, 0, rounded);
            assertThat(extents.getFirst().offset()).isZero();
            assertThat(extents.getLast().end()).isEqualTo(rounded);
        }
    }

    @Test
    void seesHolesOfASparseImageOverTcp() throws Exception {
        Path image = image(64 << 20);
        try (var channel = Files.newByteChannel(image, StandardOpenOption.WRITE)) {
            channel.position(32 << 20).write(ByteBuffer.wrap(random(1 << 20, 3)));
        }
        var address = new NbdAddress.Tcp("127.0.0.1", freePort());
        try (var server = NbdServerProcess.storageDaemon(
                        address,
                        "--blockdev",
                        "driver=file,node-name=disk,filename=" + image,
                        "--nbd-server",
                        "addr.type=inet,addr.host=127.0.0.1,addr.port=" + address.port(),
                        "--export",
                        "type=nbd,id=e,node-name=disk,name=disk");
                var client = NbdClient.connect(server.address(), "disk", List.of(NbdClient.ALLOCATION), LIMIT)) {
            List<NbdExtent> extents = client.blockStatus(NbdClient.ALLOCATION, 0, 64 << 20);

            assertThat(extents)
                    .containsExactly(
                            new NbdExtent(0, 32 << 20, NbdExtent.HOLE | NbdExtent.ZERO),
                            new NbdExtent(32 << 20, 1 << 20, 0),
                            new NbdExtent(33 << 20, 31 << 20, NbdExtent.HOLE | NbdExtent.ZERO));
        }
    }

    @Test
    void readsADirtyBitmap() throws Exception {
        Path image = folder.resolve("disk.qcow2");
        NbdServerProcess.run("qemu-img", "create", "-q", "-f", "qcow2", image.toString(), "65M");
        NbdServerProcess.run("qemu-img", "bitmap", "--add", "-g", "4096", image.toString(), "writes");
        NbdServerProcess.run(
                "qemu-io", "-c", "write 4096 4096", "-c", "write 20M 1", "-c", "write 65535k 1k", image.toString());
        try (var server = NbdServerProcess.qemuNbd(socket(), "-r", "-f", "qcow2", "-B", "writes", image.toString());
                var client = NbdClient.connect(
                        server.address(), "", List.of(NbdClient.dirtyBitmap("writes"), NbdClient.ALLOCATION), LIMIT)) {
            List<NbdExtent> dirty = client.blockStatus(NbdClient.dirtyBitmap("writes"), 0, 65 << 20).stream()
                    .filter(extent -> extent.flags() == NbdExtent.DIRTY)
                    .toList();

            assertThat(dirty)
                    .containsExactly(
                            new NbdExtent(4096, 4096, NbdExtent.DIRTY),
                            new NbdExtent(20 << 20, 4096, NbdExtent.DIRTY),
                            new NbdExtent((65535 << 10) / 4096 * 4096L, 4096, NbdExtent.DIRTY));
        }
    }

    private Path socket() {
        return folder.resolve("s");
    }

    private Path image(long size) throws IOException {
        Path image = folder.resolve("disk.raw");
        try (var file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(size);
        }
        return image;
    }

    private static byte[] readAll(NbdClient client, long size) throws IOException, InterruptedException {
        List<NbdRange> ranges = new ArrayList<>();
        for (long at = 0; at < size; at += PIECE) {
            ranges.add(new NbdRange(at, (int) Math.min(PIECE, size - at)));
        }
        byte[] content = new byte[(int) size];
        client.read(ranges.iterator(), PIECE, (offset, piece) -> piece.get(content, (int) offset, piece.remaining()));
        return content;
    }

    private static long covered(List<NbdExtent> extents, int flags) {
        return extents.stream()
                .filter(extent -> extent.flags() == flags)
                .mapToLong(NbdExtent::length)
                .sum();
    }

    private static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
