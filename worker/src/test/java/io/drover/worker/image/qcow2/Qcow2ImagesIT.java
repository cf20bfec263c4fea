package io.drover.worker.image.qcow2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.BackingImage;
import io.drover.messages.ImageFormat;
import io.drover.messages.ImageName;
import io.drover.messages.MigrationId;
import io.drover.worker.image.ImageFile;
import io.drover.worker.image.ImageStore;
import io.drover.worker.image.ImageStore.ImageReader;
import io.drover.worker.image.ImageStore.TargetImage;
import io.drover.worker.image.InvalidImageException;
import io.drover.worker.image.TestImageStores;
import io.drover.worker.image.file.LinuxFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** qcow2 images as targets, through qemu-nbd. */
final class Qcow2ImagesIT {
    private static final int SIZE = 4 << 20;
    private static final MigrationId MIGRATION = new MigrationId(new UUID(5, 6));
    private static final ImageFile PLAIN = new ImageFile("plain", ImageFormat.QCOW2, null);
    private static final ImageFile LAYERED =
            new ImageFile("layered", ImageFormat.QCOW2, new BackingImage(new ImageName("base"), null));

    @TempDir
    Path folder;

    private final byte[] base = new byte[SIZE];

    @BeforeEach
    void writeBase() throws IOException {
        Arrays.fill(base, (byte) 7);
        Files.write(folder.resolve("base"), base);
    }

    @Test
    void whatIsWrittenOverABaseIsReadAndTheRestIsTheBase() throws Exception {
        var store = TestImageStores.of(folder);
        try (TargetImage image = store.create(LAYERED, SIZE, MIGRATION)) {
            image.write(70_000, ByteBuffer.wrap(new byte[] {1, 2, 3}));
            image.zero(1 << 20, 4096);
            image.sync();
        }
        Arrays.fill(base, 1 << 20, (1 << 20) + 4096, (byte) 0);
        System.arraycopy(new byte[] {1, 2, 3}, 0, base, 70_000, 3);
        assertThat(store.diskSize(LAYERED)).isEqualTo(SIZE);
        assertThat(content(store, LAYERED)).isEqualTo(base);
        assertThat(Files.size(folder.resolve("layered")) % 4096).isZero();
        assertThat(store.allocatedBytes("layered")).isLessThan(SIZE / 2);
        assertThat(store.list()).containsExactly("base", "layered");
        assertThat(leftovers()).isEmpty();
    }

    @Test
    @Tag("attack")
    @DisplayName("S4: an image is taken up again, and one that does not look as it was made is never deleted for it")
    void anImageIsTakenUpAgainAndNeverMadeAnew() throws Exception {
        var store = TestImageStores.of(folder);
        try (TargetImage first = store.create(PLAIN, SIZE, MIGRATION)) {
            first.write(0, ByteBuffer.wrap(new byte[] {9}));
            first.sync();
        }
        TargetImage image = store.create(PLAIN, SIZE, MIGRATION);
        image.write(1, ByteBuffer.wrap(new byte[] {8}));
        image.sync();
        image.close();
        assertThatThrownBy(image::sync).hasMessageContaining("closed");
        assertThat(content(store, PLAIN)).startsWith(9, 8, 0).hasSize(SIZE);
        Files.write(folder.resolve("plain"), new byte[] {1, 2, 3});
        for (var again : List.of(store, TestImageStores.of(folder))) {
            assertThatThrownBy(() -> again.create(PLAIN, SIZE, MIGRATION)).isInstanceOf(InvalidImageException.class);
            assertThatThrownBy(() -> again.reopen(PLAIN, SIZE, MIGRATION)).isInstanceOf(InvalidImageException.class);
        }
        assertThat(folder.resolve("plain")).hasBinaryContent(new byte[] {1, 2, 3});
        store.discard("plain", MIGRATION);
        store.create(PLAIN, SIZE, MIGRATION).close();
        assertThat(content(store, PLAIN)).containsOnly(0).hasSize(SIZE);
    }

    @Test
    void whileOneHoldsItNobodyElseCan() throws Exception {
        var store = TestImageStores.of(folder);
        try (TargetImage _ = store.create(PLAIN, SIZE, MIGRATION)) {
            assertThatThrownBy(() -> store.open(PLAIN).close()).hasMessageContaining("lock");
            assertThat(QemuNbdLock.writerLocked(folder.resolve("plain"))).isTrue();
        }
        assertThat(QemuNbdLock.writerLocked(folder.resolve("plain"))).isFalse();
    }

    @Test
    void anImageThatIsNotWhatWasDeclaredIsRefused() throws Exception {
        var store = TestImageStores.of(folder);
        store.create(LAYERED, SIZE, MIGRATION).close();
        assertThatThrownBy(() -> store.diskSize(new ImageFile("layered", ImageFormat.QCOW2, null)))
                .isInstanceOf(InvalidImageException.class)
                .hasMessageContaining("has the backing file base, declared is none");
        assertThatThrownBy(() -> store.diskSize(new ImageFile("base", ImageFormat.QCOW2, null)))
                .isInstanceOf(InvalidImageException.class)
                .hasMessageContaining("not a qcow2 image");
        Process make = new ProcessBuilder(
                        "qemu-img", "create", "-q", "-f", "qcow2", "-o", "data_file=other", "split", "1M")
                .directory(folder.toFile())
                .start();
        assertThat(make.waitFor()).isZero();
        assertThatThrownBy(() -> store.open(new ImageFile("split", ImageFormat.QCOW2, null))
                        .close())
                .isInstanceOf(InvalidImageException.class)
                .hasMessageContaining("another file");
        var deep = new BackingImage(new ImageName("layered"), ImageFormat.QCOW2);
        store.create(new ImageFile("deep", ImageFormat.QCOW2, deep), SIZE, MIGRATION)
                .close();
        assertThatThrownBy(() -> store.diskSize(new ImageFile("deep", ImageFormat.QCOW2, deep)))
                .isInstanceOf(InvalidImageException.class)
                .hasMessageContaining("layered has a backing file of its own");
    }

    private static byte[] content(ImageStore store, ImageFile image) throws IOException, InterruptedException {
        try (ImageReader reader = store.open(image)) {
            ByteBuffer content = ByteBuffer.allocate((int) reader.size());
            reader.read(0, content);
            return content.array();
        }
    }

    private List<String> leftovers() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("nbd"))
                    .toList();
        }
    }

    /** QEMU's lock bytes as the incoming VM's cont would find them. */
    private static final class QemuNbdLock {
        static boolean writerLocked(Path image) throws IOException {
            LinuxFile file = LinuxFile.openReadOnly(image);
            try {
                return file.lockedElsewhere(101) && file.lockedElsewhere(201);
            } finally {
                file.close();
            }
        }
    }
}
