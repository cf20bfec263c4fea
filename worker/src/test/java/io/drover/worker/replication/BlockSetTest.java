package io.drover.worker.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a bit a block, kept by hand. */
final class BlockSetTest {
    private static final int BLOCK = BlockDigest.BLOCK_BYTES;
    private static final int BLOCKS = 300;

    /** The last block is cut short. */
    private static final long SIZE = (BLOCKS - 1L) * BLOCK + 512;

    private final BitSet expected = new BitSet();
    private final BlockSet set = new BlockSet(SIZE);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void isWhatWasAddedAndNotRemoved(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < 60; i++) {
            Extent extent = extent(random);
            int from = (int) (extent.offset() / BLOCK);
            int to = (int) ((extent.end() - 1) / BLOCK) + 1;
            if (random.nextInt(3) == 0) {
                set.remove(extent);
                expected.clear(from, to);
            } else {
                set.add(extent);
                expected.set(from, to);
            }
        }
        assertSame(set.extents());
        assertThat(set.count()).isEqualTo(expected.cardinality());
        assertThat(set.bytes()).isEqualTo(Extents.totalBytes(set.extents()));
        for (long window : List.of(16L * BLOCK, 64L * BLOCK, 1024L * BLOCK)) {
            var found = new ArrayList<Extent>();
            for (Extent part : set.windows(window)) {
                assertThat(part.offset() % window).isZero();
                assertThat(set.within(part)).isNotEmpty();
                found.addAll(set.within(part));
            }
            assertSame(found);
        }
        assertThat(set.first(3)).isEqualTo(set.extents().stream().limit(3).toList());
    }

    private static Extent extent(Random random) {
        long offset = random.nextLong(SIZE);
        return new Extent(offset, 1 + random.nextLong(Math.min(SIZE - offset, 20L * BLOCK)));
    }

    private void assertSame(List<Extent> extents) {
        var found = new BitSet();
        for (Extent extent : extents) {
            assertThat(extent.offset() % BLOCK).isZero();
            assertThat(extent.end() % BLOCK == 0 || extent.end() == SIZE).isTrue();
            found.set((int) (extent.offset() / BLOCK), (int) ((extent.end() - 1) / BLOCK) + 1);
        }
        assertThat(found).isEqualTo(expected);
    }
}
