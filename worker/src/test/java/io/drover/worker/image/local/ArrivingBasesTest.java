package io.drover.worker.image.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.ImageName;
import io.drover.worker.image.BasePart;
import io.drover.worker.image.InvalidImageException;
import io.drover.worker.image.TestImageStores;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ArrivingBasesTest {
    private static final ImageName NAME = new ImageName("base");
    private final byte[] content = new byte[10_000];

    @TempDir
    Path source;

    @TempDir
    Path folder;

    private String sha256 = "";

    @BeforeEach
    void write() throws IOException {
        // Between both ends it is zeros, which do not travel.
        Arrays.fill(content, 0, 1000, (byte) 1);
        Arrays.fill(content, 9000, 10_000, (byte) 2);
        Files.write(source.resolve("base"), content);
        sha256 = TestImageStores.of(source).digest("base").sha256();
    }

    @Test
    void arrivesInPartsAndGetsItsNameWhenItIsWhole() throws IOException {
        var store = TestImageStores.of(folder);
        assertThat(store.takeBase(part(0, 0))).isZero();
        assertThat(store.takeBase(part(0, 1000))).isEqualTo(1000);
        assertThat(store.list()).isEmpty();
        assertThat(TestImageStores.of(folder).takeBase(part(0, 0))).isEqualTo(1000);
        assertThat(store.takeBase(part(9000, 1000))).isEqualTo(10_000);
        assertThat(folder.resolve("base")).hasBinaryContent(content);
        assertThat(ImageInspection.writable(folder.resolve("base"))).isFalse();
        assertThat(folder).isDirectoryContaining(file -> file.endsWith("base"));
        assertThat(store.takeBase(part(0, 0))).isEqualTo(10_000);
    }

    @Test
    void whatIsNotWhatWasSaidIsThrownAway() throws IOException {
        var store = TestImageStores.of(folder);
        assertThatThrownBy(() -> store.takeBase(part(9000, 1000)))
                .isInstanceOf(InvalidImageException.class)
                .hasMessageContaining("did not arrive");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void anotherFileUnderTheNameIsNeverTouched() throws IOException {
        Files.write(folder.resolve("base"), new byte[] {5});
        var store = TestImageStores.of(folder);
        assertThatThrownBy(() -> store.takeBase(part(0, 0))).hasMessageContaining("is another one");
        assertThatThrownBy(() -> store.takeBase(part(0, 1000))).hasMessageContaining("is another one");
        assertThat(folder.resolve("base")).hasBinaryContent(new byte[] {5});
    }

    @Test
    void aDigestIsTakenAgainWhenTheFileChanged() throws IOException {
        var store = TestImageStores.of(source);
        assertThat(store.digest("base").sha256()).isEqualTo(sha256);
        Files.write(source.resolve("base"), new byte[] {1});
        assertThat(store.digest("base").sha256()).isNotEqualTo(sha256);
    }

    @Test
    @Tag("attack")
    @DisplayName("A14: of a base that never came whole one file stays, and none when its migration is long over")
    void leftoversGo() throws IOException {
        var store = TestImageStores.of(folder);
        for (char digest : new char[] {'a', 'b', 'c'}) {
            for (Path older : files()) {
                Files.setLastModifiedTime(older, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
            }
            var content = ByteBuffer.wrap(this.content, 0, 1000);
            store.takeBase(new BasePart(
                    NAME, this.content.length, String.valueOf(digest).repeat(64), 0, content));
        }
        assertThat(files()).hasSize(1);
        assertThatThrownBy(() -> store.takeBase(part(0, 1000)))
                .isInstanceOf(InvalidImageException.class)
                .hasMessageContaining("another file is arriving");
        store.removeUnusedBases(Duration.ofDays(1));
        assertThat(files()).hasSize(1);
        Files.setLastModifiedTime(
                files().getFirst(), FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        store.removeUnusedBases(Duration.ofDays(1));
        assertThat(files()).isEmpty();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private BasePart part(int offset, int length) {
        return new BasePart(
                NAME,
                content.length,
                sha256,
                offset,
                ByteBuffer.wrap(content, offset, length).slice());
    }
}
