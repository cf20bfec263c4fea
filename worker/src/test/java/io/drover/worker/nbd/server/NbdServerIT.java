package io.drover.worker.nbd.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.worker.nbd.NbdClient;
import io.drover.worker.nbd.NbdRange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server as QEMU's programs, libnbd's and our own client see it. */
final class NbdServerIT {
    private static final int SIZE = (8 << 20) + 512;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private final MemoryBackend disk = new MemoryBackend(SIZE);
    private NbdServer server;
    private String uri;

    @BeforeEach
    void listen() throws IOException {
        Path socket = folder.resolve("s");
        Files.createFile(socket); // as if an earlier server had left it
        server = NbdServer.listen(socket, "disk", disk, NbdServerLimits.defaults());
        uri = "nbd+unix:///disk?socket=" + socket;
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        assertThat(folder.resolve("s")).doesNotExist();
    }

    @Test
    void qemuReadsAndWritesAnyRange() throws Exception {
        byte[] expected = new byte[SIZE];
        Arrays.fill(expected, 3, 4103, (byte) 0x11);
        Arrays.fill(expected, SIZE - 1, SIZE, (byte) 0x22);
        Arrays.fill(expected, 1 << 20, 3 << 20, (byte) 0x33);
        Arrays.fill(expected, (1 << 20) + 100, (1 << 20) + 300, (byte) 0);
        Arrays.fill(expected, 2 << 20, (2 << 20) + 65536, (byte) 0);

        run(
                "qemu-io",
                "-f",
                "raw",
                "-c",
                "write -P 0x11 3 4100",
                "-c",
                "write -f -P 0x22 " + (SIZE - 1) + " 1",
                "-c",
                "write -P 0x33 1M 2M",
                "-c",
                "write -z " + ((1 << 20) + 100) + " 200",
                "-c",
                "discard 2M 64k",
                "-c",
                "flush",
                "-c",
                "read -P 0x11 3 4100",
                uri);

        assertThat(disk.content).isEqualTo(expected);
        assertThat(disk.durableWrites).hasPositiveValue();
        assertThat(disk.flushes).hasPositiveValue();
        assertThat(disk.trimmed).hasValue(65536);
    }

    @Test
    void imagesAreCopiedInAndOut() throws Exception {
        byte[] image = new byte[SIZE];
        new Random(7).nextBytes(image);
        Arrays.fill(image, 1 << 20, 4 << 20, (byte) 0);
        Path in = Files.write(folder.resolve("in.raw"), image);

        run("nbdcopy", in.toString(), uri);
        assertThat(disk.content).isEqualTo(image);
        run("qemu-img", "compare", "-f", "raw", "-F", "raw", in.toString(), uri);

        Arrays.fill(disk.content, 0, 4096, (byte) 9);
        Path out = folder.resolve("out.raw");
        run("qemu-img", "convert", "-f", "raw", "-O", "raw", "-n", "--target-is-zero", in.toString(), uri);
        run("nbdcopy", uri, out.toString());
        assertThat(Files.readAllBytes(out)).isEqualTo(image);
        assertThat(disk.atOnceMax.get()).isLessThanOrEqualTo(4 * 16);
    }

    @Test
    void aFailureIsTheRequestsAndNotTheConnections() throws Exception {
        disk.badFrom = 4 << 20;

        String output = output("qemu-io", "-f", "raw", "-c", "read 4M 4k", "-c", "read -P 0 1M 4k", uri);

        assertThat(output).contains("Input/output error").contains("read 4096/4096 bytes at offset 1048576");
    }

    @Test
    void anExportOfAnotherNameIsRefused() {
        assertThatThrownBy(() -> NbdClient.connect(server.address(), "other", List.of(), LIMIT))
                .hasMessageContaining("no such export");
    }

    @Test
    void closingEndsWhatHangsAtOnce() throws Exception {
        disk.hang = new CountDownLatch(1);
        Process client = new ProcessBuilder("qemu-io", "-f", "raw", "-c", "read 0 4k", "-c", "read 0 4k", uri)
                .redirectErrorStream(true)
                .start();
        try {
            await().until(() -> disk.atOnce.get() > 0);

            server.close();

            assertThat(client.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(text(client)).contains("Input/output error");
            await().until(() -> disk.interrupted.get() > 0 && server.connections() == 0);
        } finally {
            client.destroyForcibly();
        }
    }

    @Test
    void requestsAreCarriedOutAtOnceUpToTheBound() throws Exception {
        var latch = new CountDownLatch(1);
        disk.hang = latch;
        var ranges = IntStream.range(0, 40)
                .mapToObj(i -> new NbdRange(i * 4096L, 4096))
                .iterator();
        try (var client = NbdClient.connect(server.address(), "disk", List.of(), LIMIT)) {
            Thread.ofVirtual().start(() -> {
                await().until(() -> disk.atOnce.get() == 16);
                latch.countDown();
            });
            int[] pieces = {0};
            client.read(ranges, 4096, (offset, content) -> pieces[0]++);
            assertThat(pieces[0]).isEqualTo(40);
        }
        assertThat(disk.atOnceMax).hasValue(16);
    }

    @Test
    void aClientTooManyIsSentAway() throws Exception {
        var clients = new ArrayList<NbdClient>();
        try {
            for (int i = 0; i < 4; i++) {
                clients.add(NbdClient.connect(server.address(), "disk", List.of(), LIMIT));
            }
            assertThatThrownBy(() -> NbdClient.connect(server.address(), "disk", List.of(), LIMIT))
                    .isInstanceOf(IOException.class);
        } finally {
            for (NbdClient client : clients) {
                client.close();
            }
        }
        await().until(() -> server.connections() == 0);
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(LIMIT).pollInterval(Duration.ofMillis(10));
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = text(process);
        assertThat(process.waitFor()).as(output).isZero();
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = text(process);
        process.waitFor();
        return output;
    }

    private static String text(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
