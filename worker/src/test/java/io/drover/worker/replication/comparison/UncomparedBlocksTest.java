package io.drover.worker.replication.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.worker.replication.BlockDigest;
import io.drover.worker.replication.BlockSet;
import io.drover.worker.replication.DiskChanges;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.Extents;
import java.util.List;
import org.junit.jupiter.api.Test;

final class UncomparedBlocksTest {
    private static final int BLOCK = BlockDigest.BLOCK_BYTES;

    /** Its last block is cut short. */
    private static final long SIZE = 1000L * BLOCK + 512;

    private final UncomparedBlocks uncompared = new UncomparedBlocks(SIZE);

    @Test
    void isTheWholeDiskAtFirst() {
        assertThat(uncompared.count()).isEqualTo(1001);
        assertThat(uncompared.extents()).containsExactly(new Extent(0, SIZE));
    }

    @Test
    void isWhatDiffersAfterwards() {
        uncompared.compared(0, 1001, List.of(5L * BLOCK, 1000L * BLOCK));
        assertThat(uncompared.extents()).containsExactly(new Extent(5L * BLOCK, BLOCK), new Extent(1000L * BLOCK, 512));
        uncompared.compared(5L * BLOCK, 1, List.of());
        assertThat(uncompared.extents()).containsExactly(new Extent(1000L * BLOCK, 512));
    }

    @Test
    void isWhatTheGuestWroteSinceOnceItsRoundIsFrozen() throws Exception {
        uncompared.compared(0, 1001, List.of());
        DiskChanges noting = uncompared.noting(new Writes(List.of(
                new Extent(64 << 10, BLOCK),
                new Extent((64 << 10) + 3L * BLOCK, BLOCK),
                new Extent(1000L * BLOCK, 512))));
        assertThat(uncompared.count()).isZero();
        assertThat(noting.freeze().blocks().extents()).hasSize(3);
        assertThat(uncompared.count()).isEqualTo(3);
        assertThat(uncompared.freezes()).isEqualTo(1);
        // Near ones are compared in one go.
        assertThat(uncompared.extents())
                .containsExactly(new Extent(64 << 10, 4L * BLOCK), new Extent(1000L * BLOCK, 512));
    }

    private record Writes(List<Extent> extents) implements DiskChanges {
        @Override
        public long dirtyBytes() {
            return Extents.totalBytes(extents);
        }

        @Override
        public Round freeze() {
            return new Round() {
                @Override
                public BlockSet blocks() {
                    return BlockSet.of(SIZE, extents);
                }

                @Override
                public void durable() {}
            };
        }
    }
}
