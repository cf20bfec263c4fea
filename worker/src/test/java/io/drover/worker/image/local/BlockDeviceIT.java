package io.drover.worker.image.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.MigrationId;
import io.drover.worker.image.ImageStore.ImageReader;
import io.drover.worker.image.ImageStore.SourceImage;
import io.drover.worker.image.ImageStore.TargetImage;
import io.drover.worker.image.TestImageStores;
import io.drover.worker.replication.Extent;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A loop device in an images folder; needs the right to make one, and says so where it is missing. */
final class BlockDeviceIT {
    private static final int SIZE = 4 << 20;
    private static final MigrationId MIGRATION = new MigrationId(new UUID(3, 4));
    private String device = "";

    @TempDir
    Path folder;

    @BeforeEach
    void attach() throws Exception {
        Path backing = folder.resolve("backing");
        try (var file = new RandomAccessFile(backing.toFile(), "rw")) {
            file.setLength(SIZE);
        }
        Result made = run("losetup", "--find", "--show", backing.toString());
        Assumptions.assumeTrue(made.exitCode() == 0, "no loop device can be made here: " + made.output());
        device = made.output().strip();
        Files.createSymbolicLink(folder.resolve("disk"), Path.of(device));
    }

    @AfterEach
    void detach() throws Exception {
        if (!device.isEmpty()) {
            assertThat(run("losetup", "--detach", device).exitCode()).isZero();
        }
    }

    @Test
    void aDeviceIsFilledKeptAndReadLikeAnImage() throws Exception {
        var store = TestImageStores.of(folder);
        assertThat(store.isDevice("disk")).isTrue();
        assertThat(store.exists("disk")).isTrue();
        assertThat(ImageInspection.writable(folder.resolve("disk"))).isTrue();
        assertThat(store.size("disk")).isEqualTo(SIZE);
        assertThat(store.allocatedBytes("disk")).isEqualTo(SIZE);
        var expected = new byte[SIZE];
        new Random(1).nextBytes(expected);
        try (TargetImage target = store.create("disk", SIZE, MIGRATION)) {
            target.write(0, ByteBuffer.wrap(expected));
            target.zero(8192, 1 << 20);
            target.sync();
        }
        Arrays.fill(expected, 8192, 8192 + (1 << 20), (byte) 0);
        assertThat(readBack(store)).isEqualTo(expected);
        assertThat(readAtRest(store)).isEqualTo(expected);
        store.discard("disk", MIGRATION);
        assertThat(readAtRest(store)).isEqualTo(expected);
    }

    private static byte[] readBack(LocalImageStore store) throws IOException {
        ByteBuffer found = ByteBuffer.allocate(SIZE);
        try (ImageReader reader = store.openDirect("disk")) {
            assertThat(reader.size()).isEqualTo(SIZE);
            reader.read(0, found);
        }
        return found.array();
    }

    private static byte[] readAtRest(LocalImageStore store) throws Exception {
        var found = new byte[SIZE];
        try (SourceImage source = store.openSource("disk")) {
            List<Extent> allocated = source.allocated(new Extent(0, SIZE));
            // A device knows no holes, so zeros are found by reading.
            assertThat(allocated).containsExactly(new Extent(0, SIZE));
            source.read(
                    allocated, 256 << 10, (offset, content) -> content.get(found, (int) offset, content.remaining()));
        }
        return found;
    }

    @Test
    void aDeviceOfAnotherSizeIsRefused() {
        var store = TestImageStores.of(folder);
        assertThatThrownBy(() -> store.create("disk", SIZE / 2, MIGRATION))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the device has 4194304 bytes, the disk 2097152");
    }

    @Test
    void retiringRenamesTheLinkAndLeavesTheDeviceAsItIs() throws Exception {
        var store = TestImageStores.of(folder);
        var mode = Files.getPosixFilePermissions(Path.of(device));
        store.retire("disk", MIGRATION);
        store.retire("disk", MIGRATION);
        assertThat(store.exists("disk")).isFalse();
        assertThat(store.isDevice("disk.retired-" + MIGRATION)).isTrue();
        assertThat(Files.getPosixFilePermissions(Path.of(device))).isEqualTo(mode);
    }

    /** With the driver that the command line of a VM names for it. */
    @Test
    void qemuOpensItByItsDriverForDevicesAndHeedsTheLock() throws Exception {
        var store = TestImageStores.of(folder);
        String image = "driver=host_device,filename=" + folder.resolve("disk");
        try (var source = store.openSource("disk")) {
            assertThat(source.size()).isEqualTo(SIZE);
            Result refused = run("qemu-io", "--image-opts", "-c", "write -P 1 0 4k", image);
            assertThat(refused.exitCode()).as(refused.output()).isNotZero();
        }
        Result accepted = run("qemu-io", "--image-opts", "-c", "write -P 1 0 4k", image);
        assertThat(accepted.exitCode()).as(accepted.output()).isZero();
    }

    private record Result(int exitCode, String output) {}

    private static Result run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return new Result(process.exitValue(), output);
        } finally {
            process.destroyForcibly();
        }
    }
}
