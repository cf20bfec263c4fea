package io.drover.worker.migration.source.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.worker.image.ImageStore.ImageReader;
import io.drover.worker.migration.source.FrozenImage;
import io.drover.worker.replication.CopyAccount;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.IdleCopies;
import io.drover.worker.replication.MemoryTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class ReadablePartsTest {
    private static final int BLOCK = 4096;
    private static final int SIZE = 300 * BLOCK + 512;
    private static final List<Integer> BAD = List.of(7, 8, 200, 300);

    @Test
    @Tag("attack")
    @DisplayName("S1: a disk with sectors that cannot be read is sent but for these, which are named")
    void badSectorsKeepNothingElseBack() throws Exception {
        var content = new byte[SIZE];
        new Random(1).nextBytes(content);
        var target = new MemoryTarget(new byte[SIZE]);
        var copy = IdleCopies.of(new FrozenImage(new BadDisk(content)), target, new CopyAccount());
        var parts = new ReadableParts(copy);
        List<Extent> whole = List.of(new Extent(0, SIZE));

        parts.send(whole, whole);

        assertThat(parts.unreadable())
                .containsExactly(
                        new Extent(7 * BLOCK, BLOCK),
                        new Extent(8 * BLOCK, BLOCK),
                        new Extent(200 * BLOCK, BLOCK),
                        new Extent(300 * BLOCK, 512));
        target.flush();
        for (int bad : BAD) {
            Arrays.fill(content, bad * BLOCK, Math.min(SIZE, (bad + 1) * BLOCK), (byte) 0);
        }
        assertThat(target.durable()).isEqualTo(content);
    }

    private static final class BadDisk implements ImageReader {
        private final byte[] content;

        BadDisk(byte[] content) {
            this.content = content;
        }

        @Override
        public long size() {
            return content.length;
        }

        @Override
        public void read(long offset, ByteBuffer into) throws IOException {
            long end = offset + into.remaining();
            if (BAD.stream().anyMatch(bad -> (long) bad * BLOCK < end && offset < (bad + 1L) * BLOCK)) {
                throw new IOException("input/output error");
            }
            into.put(content, (int) offset, into.remaining());
        }

        @Override
        public void close() {}
    }
}
