package io.drover.worker.image.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.worker.image.ImageStore.SourceImage;
import io.drover.worker.image.TestImageStores;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.Extents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalSourceImageTest {
    private static final int PIECE = 64 << 10;

    @TempDir
    Path folder;

    @Test
    void dataAndHolesTogetherAreTheImage() throws Exception {
        for (long seed = 0; seed < 30; seed++) {
            var random = new Random(seed);
            // Not always a multiple of anything.
            var expected = new byte[300_000 + random.nextInt(3_000_000)];
            Path file = folder.resolve("image-" + seed);
            long written = scatter(file, expected, random);
            int rounded = Math.ceilDiv(expected.length, 512) * 512;
            try (SourceImage image = TestImageStores.of(folder).openSource("image-" + seed)) {
                assertThat(image.size()).isEqualTo(rounded);
                List<Extent> allocated = image.allocated(new Extent(0, rounded));
                var found = new byte[rounded];
                image.read(allocated, PIECE, (offset, content) -> {
                    assertThat(offset / PIECE).isEqualTo((offset + content.remaining() - 1) / PIECE);
                    content.get(found, (int) offset, content.remaining());
                });
                assertThat(found).as("seed " + seed).isEqualTo(Arrays.copyOf(expected, rounded));
                assertThat(Extents.totalBytes(allocated)).isBetween(written, rounded * 2L / 3);
            }
        }
    }

    /** Blocks in the middle of nowhere; returns how many bytes were written, some of them twice at most. */
    private static long scatter(Path file, byte[] expected, Random random) throws IOException {
        long written = 0;
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(1), expected.length - 1L);
            for (int at = 4096 * random.nextInt(20);
                    at + 8192 < expected.length;
                    at += 4096 * (10 + random.nextInt(40))) {
                var block = new byte[1 + random.nextInt(8191)];
                random.nextBytes(block);
                System.arraycopy(block, 0, expected, at, block.length);
                channel.write(ByteBuffer.wrap(block), at);
                written += block.length;
            }
        }
        return written;
    }

    @Test
    void partsOfAnImageAreAskedForAsTheyAre() throws Exception {
        Path file = folder.resolve("a");
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1}), (1 << 20) - 1);
            channel.write(ByteBuffer.wrap(new byte[] {1}), 512 << 10);
        }
        try (SourceImage image = TestImageStores.of(folder).openSource("a")) {
            assertThat(image.allocated(new Extent(0, 256 << 10))).isEmpty();
            assertThat(image.allocated(new Extent(600 << 10, 4 << 10))).isEmpty();
            assertThat(image.allocated(new Extent(512 << 10, 1 << 10))).containsExactly(new Extent(512 << 10, 1 << 10));
            assertThat(image.allocated(new Extent(1 << 20, 1 << 20))).isEmpty();
        }
    }

    @Test
    void isReadByManyAndGoneWhenClosed() throws Exception {
        var store = TestImageStores.of(folder);
        Files.write(folder.resolve("b"), new byte[512]);
        try (SourceImage first = store.openSource("b");
                SourceImage second = store.openSource("b")) {
            assertThat(first.size()).isEqualTo(second.size());
        }
        SourceImage closed = store.openSource("b");
        closed.close();
        closed.close();
        assertThatThrownBy(() -> closed.allocated(new Extent(0, 512))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> store.openSource("missing")).hasMessageContaining("missing");
    }
}
