package io.drover.worker.image.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.MigrationId;
import io.drover.worker.image.ImageStore.TargetImage;
import io.drover.worker.image.TestImageStores;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lock keeps QEMU off an image that is being written, and the other way round. */
final class ImageLockIT {
    private static final MigrationId MIGRATION = new MigrationId(new UUID(1, 1));
    private static final int SIZE = 1 << 20;
    private static final long DEADLINE_SECONDS = 60;

    @TempDir
    Path folder;

    @Test
    void qemuDoesNotOpenAnImageForWritingUntilItIsClosed() throws Exception {
        var store = TestImageStores.of(folder);
        try (TargetImage image = store.create("a", SIZE, MIGRATION)) {
            // With a POSIX lock this would end the lock: another descriptor of the same file is opened and closed.
            Files.readAllBytes(folder.resolve("a"));
            Result refused = qemuIo("write -P 1 0 4k");
            assertThat(refused.exitCode()).as(refused.output()).isNotZero();
            assertThat(refused.output()).contains("lock");
            image.write(0, ByteBuffer.wrap(new byte[] {42}));
        }
        Result accepted = qemuIo("write -P 1 4k 4k");
        assertThat(accepted.exitCode()).as(accepted.output()).isZero();
        assertThat(Files.readAllBytes(folder.resolve("a"))[0]).isEqualTo((byte) 42);
    }

    @Test
    void anImageThatQemuWritesToIsNotOpened() throws Exception {
        var store = TestImageStores.of(folder);
        store.create("a", SIZE, MIGRATION).close();
        Process qemu = new ProcessBuilder(
                        "qemu-io", "-f", "raw", folder.resolve("a").toString())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectErrorStream(true)
                .start();
        try {
            Awaitility.await()
                    .atMost(DEADLINE_SECONDS, TimeUnit.SECONDS)
                    .untilAsserted(() -> assertThatThrownBy(
                                    () -> store.create("a", SIZE, MIGRATION).close())
                            .isInstanceOf(IOException.class)
                            .hasMessageContaining("a VM is writing to this image"));
        } finally {
            qemu.getOutputStream().close(); // the end of its commands ends qemu-io
            assertThat(qemu.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
        store.create("a", SIZE, MIGRATION).close();
    }

    @Test
    void qemuDoesNotWriteToAnImageThatIsCopiedAtRest() throws Exception {
        var store = TestImageStores.of(folder);
        store.create("a", SIZE, MIGRATION).close();
        try (var image = store.openSource("a")) {
            assertThat(image.size()).isEqualTo(SIZE);
            Result refused = qemuIo("write -P 1 0 4k");
            assertThat(refused.exitCode()).as(refused.output()).isNotZero();
            assertThat(refused.output()).contains("lock");
        }
        assertThat(qemuIo("write -P 1 0 4k").exitCode()).isZero();
    }

    private record Result(int exitCode, String output) {}

    private Result qemuIo(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        "qemu-io",
                        "-f",
                        "raw",
                        "-c",
                        command,
                        folder.resolve("a").toString())
                .redirectErrorStream(true)
                .start();
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
            return new Result(process.exitValue(), output);
        } finally {
            process.destroyForcibly();
        }
    }
}
