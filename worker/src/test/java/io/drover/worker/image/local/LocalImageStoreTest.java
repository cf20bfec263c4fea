package io.drover.worker.image.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.MigrationId;
import io.drover.worker.image.ImageFile;
import io.drover.worker.image.ImageStore.ImageReader;
import io.drover.worker.image.ImageStore.TargetImage;
import io.drover.worker.image.InvalidImageException;
import io.drover.worker.image.TestImageStores;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LocalImageStoreTest {
    private static final int MIB = 1 << 20;
    private static final MigrationId MIGRATION = new MigrationId(new UUID(1, 1));
    private static final MigrationId OTHER = new MigrationId(new UUID(2, 2));

    @TempDir
    Path folder;

    private LocalImageStore store() {
        return TestImageStores.of(folder);
    }

    @Test
    void anImageIsSparseUntilItIsWrittenAndAgainWhereItIsZeroed() throws Exception {
        var store = store();
        try (TargetImage image = store.create("vm-data.raw", 16 * MIB, MIGRATION)) {
            assertThat(store.size("vm-data.raw")).isEqualTo(16 * MIB);
            assertThat(store.allocatedBytes("vm-data.raw")).isZero();
            image.write(MIB, filled(4 * MIB, 7));
            image.sync();
            assertThat(store.allocatedBytes("vm-data.raw")).isBetween(4L * MIB, 5L * MIB);
            image.zero(2 * MIB, 2 * MIB);
            image.sync();
            assertThat(store.allocatedBytes("vm-data.raw")).isBetween(2L * MIB, 3L * MIB);
        }
        byte[] content = Files.readAllBytes(folder.resolve("vm-data.raw"));
        assertThat(content).hasSize(16 * MIB);
        assertThat(Arrays.copyOfRange(content, 2 * MIB, 4 * MIB)).containsOnly(0);
        assertThat(Arrays.copyOfRange(content, 4 * MIB, 5 * MIB)).containsOnly(7);
    }

    @Test
    void nothingIsWrittenOutsideOfTheImage() throws Exception {
        try (TargetImage image = store().create("a", 8192, MIGRATION)) {
            assertThatThrownBy(() -> image.write(4096, filled(4097, 1))).hasMessageContaining("outside of its 8192");
            assertThatThrownBy(() -> image.zero(Long.MAX_VALUE - 1, 100)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> image.write(-1, filled(1, 1))).isInstanceOf(IOException.class);
        }
        assertThat(Files.size(folder.resolve("a"))).isEqualTo(8192);
    }

    @Test
    void aClosedImageTakesNothing() throws Exception {
        TargetImage image = store().create("a", 8192, MIGRATION);
        image.close();
        image.close();
        assertThatThrownBy(() -> image.write(0, filled(1, 1))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> image.zero(0, 4096)).isInstanceOf(IOException.class);
        assertThatThrownBy(image::sync).isInstanceOf(IOException.class);
    }

    @Test
    void createTakesUpItsOwnImageAndNoOther() throws Exception {
        try (TargetImage image = store().create("a", 8192, MIGRATION)) {
            image.write(0, filled(10, 5));
        }
        try (TargetImage _ = store().create("a", 8192, MIGRATION)) {
            assertThat(Files.readAllBytes(folder.resolve("a"))[9]).isEqualTo((byte) 5);
        }
        assertThatThrownBy(() -> store().create("a", 8192, OTHER)).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> store().create("a", 4096, MIGRATION))
                .hasMessageContaining("8192 bytes instead of 4096");
        Files.createFile(folder.resolve("b"));
        assertThatThrownBy(() -> store().create("b", 8192, MIGRATION))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessageContaining("another image stands there");
        assertThat(Files.size(folder.resolve("b"))).isZero();
    }

    @Test
    void aCrashBetweenClaimAndImageIsTakenUp() throws Exception {
        Files.createFile(folder.resolve("a.incoming-" + MIGRATION));
        assertThatThrownBy(() -> store().create("a", 8192, OTHER)).hasMessageContaining("another migration");
        try (TargetImage _ = store().create("a", 8192, MIGRATION)) {
            assertThat(store().size("a")).isEqualTo(8192);
        }
    }

    @Test
    void discardDeletesOnlyWhatThisMigrationMade() throws Exception {
        store().create("a", 8192, MIGRATION).close();
        store().discard("a", OTHER);
        assertThat(store().exists("a")).isTrue();
        store().discard("a", MIGRATION);
        store().discard("a", MIGRATION);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whatWasAdoptedStays() throws Exception {
        store().create("a", 8192, MIGRATION).close();
        store().adopt("a", MIGRATION);
        store().adopt("a", MIGRATION);
        store().discard("a", MIGRATION);
        assertThat(store().exists("a")).isTrue();
        assertThat(store().list()).containsExactly("a");
    }

    @Test
    void retireRenamesOnceAndMakesReadOnly() throws Exception {
        Files.write(folder.resolve("a"), new byte[512]);
        store().retire("a", MIGRATION);
        store().retire("a", MIGRATION);
        String retired = "a.retired-" + MIGRATION;
        assertThat(store().list()).containsExactly(retired);
        assertThat(ImageInspection.writable(folder.resolve(retired))).isFalse();
        // The VM has come back and brought a new image: the old migration's retirement is over and done.
        Files.write(folder.resolve("a"), new byte[512]);
        store().retire("a", MIGRATION);
        assertThat(store().list()).containsExactly("a", retired);
        assertThatThrownBy(() -> store().retire("b", MIGRATION)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aReadOnlyOrMissingImageIsNotWritable() throws Exception {
        Files.write(folder.resolve("a"), new byte[512]);
        assertThat(ImageInspection.writable(folder.resolve("a"))).isTrue();
        Files.setPosixFilePermissions(folder.resolve("a"), PosixFilePermissions.fromString("r--r--r--"));
        assertThat(ImageInspection.writable(folder.resolve("a"))).isFalse();
        assertThat(store().exists("b")).isFalse();
    }

    @Test
    void aSizeIsRoundedUpToSectors() throws Exception {
        Files.write(folder.resolve("a"), new byte[1000]);
        assertThat(store().size("a")).isEqualTo(1024);
        assertThatThrownBy(() -> store().create("b", 1000, MIGRATION)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "../a", "/etc/passwd", ".hidden", "a/b", "a\0b"})
    void aNameThatIsNoPlainFileNameIsRefused(String name) {
        assertThatThrownBy(() -> store().exists(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void claimsAreNoImages() throws Exception {
        store().create("a", 8192, MIGRATION).close();
        assertThat(store().list()).containsExactly("a");
        assertThatThrownBy(() -> store().exists("a.incoming-" + MIGRATION))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void freeSpaceIsThatOfTheFolder() throws Exception {
        assertThat(store().freeBytes()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096, 3 * MIB, 2 * MIB + 4096 + 512, 5000})
    void readersSeeWhatWasWrittenEvenWhenItIsNotSynced(int size) throws Exception {
        var bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        Files.write(folder.resolve("a"), bytes);
        byte[] padded = Arrays.copyOf(bytes, Math.ceilDiv(size, 512) * 512);
        try (ImageReader reader = store().openDirect("a");
                ImageReader cached = DirectImageReader.openThroughCache(folder.resolve("a"), padded.length)) {
            assertThat(reader.size()).isEqualTo(padded.length);
            assertThat(read(reader, 0, padded.length)).isEqualTo(padded);
            assertThat(read(cached, 0, padded.length)).isEqualTo(padded);
            assertThatThrownBy(() -> read(reader, 0, padded.length + 1)).isInstanceOf(IOException.class);
            if (padded.length > 4096) {
                assertThat(read(reader, 4096, 904)).isEqualTo(Arrays.copyOfRange(padded, 4096, 5000));
            }
        }
    }

    private static byte[] read(ImageReader reader, long offset, int length) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(length);
        reader.read(offset, into);
        assertThat(into.hasRemaining()).isFalse();
        return into.array();
    }

    private static ByteBuffer filled(int length, int value) {
        var bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return ByteBuffer.wrap(bytes);
    }

    @Test
    @Tag("attack")
    @DisplayName("A9: an arriving image is its owner's only, and a retired copy keeps its mode less the right to write")
    void nobodyElseReadsAGuestsDisk() throws Exception {
        var store = store();
        store.create("a", 8192, MIGRATION).close();
        assertThat(mode("a")).isEqualTo("rw-------");
        assertThat(mode("a.incoming-" + MIGRATION)).isEqualTo("rw-------");
        store.createPulled("p", 8192, MIGRATION).close();
        assertThat(mode("p")).isEqualTo("rw-------");
        assertThat(mode("p.pulling-" + MIGRATION)).isEqualTo("rw-------");
        store.adopt("a", MIGRATION);
        store.retire("a", MIGRATION);
        assertThat(mode("a.retired-" + MIGRATION)).isEqualTo("r--------");
        Files.createFile(folder.resolve("shared"));
        Files.setPosixFilePermissions(folder.resolve("shared"), PosixFilePermissions.fromString("rw-rw----"));
        store.retire("shared", MIGRATION);
        assertThat(mode("shared.retired-" + MIGRATION)).isEqualTo("r--r-----");
    }

    @Test
    @Tag("attack")
    @DisplayName("F17: nothing is put into an images folder that is not the one it was")
    void theFolderIsLookedAtBeforeAnImageIsMade() {
        var store = TestImageStores.of(folder, folder, _ -> {
            throw new IOException("its disk is not mounted");
        });
        assertThatThrownBy(() -> store.create("a", 8192, MIGRATION)).hasMessageContaining("not mounted");
        assertThatThrownBy(() -> store.createPulled("a", 8192, MIGRATION)).hasMessageContaining("not mounted");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    @Tag("attack")
    @DisplayName("O1: a VM whose images could not be retired does not leave")
    void whatCannotBeRetiredIsNotMovable() throws Exception {
        Files.write(folder.resolve("a"), new byte[8192]);
        var asked = new ArrayList<Boolean>();
        var store = TestImageStores.of(folder, folder, room -> {
            asked.add(room);
            throw new IOException("images.folder: permission denied");
        });
        assertThatThrownBy(() -> store.requireMovable(ImageFile.raw("a")))
                .isInstanceOf(InvalidImageException.class)
                .hasMessage("image a could not be retired once the VM has left: images.folder: permission denied");
        assertThat(asked).as("room it does not need").containsExactly(false);
        assertThat(store().requireMovable(ImageFile.raw("a"))).isEqualTo(8192);
    }

    @Test
    @Tag("attack")
    @DisplayName("S5: a base that was changed under its old size and time has another digest")
    void aDigestIsNotTrustedForItsTime() throws Exception {
        var store = store();
        Path base = Files.writeString(folder.resolve("base"), "AAAA");
        var time = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));
        Files.setLastModifiedTime(base, time);
        String before = store.digest("base").sha256();
        Files.writeString(base, "BBBB");
        Files.setLastModifiedTime(base, time);
        assertThat(store.digest("base").sha256()).isNotEqualTo(before);
    }

    private String mode(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name)));
    }
}
