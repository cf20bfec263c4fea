package io.drover.worker.hypervisor.qemu.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.worker.nbd.NbdRange;
import io.drover.worker.replication.Extent;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PieceRangesTest {
    private static final int BLOCK = 4096;
    private static final int PIECE = 256 << 10;

    private static List<NbdRange> ranges(List<Extent> extents, long size) {
        var ranges = new ArrayList<NbdRange>();
        new PieceRanges(extents, size, PIECE).forEachRemaining(ranges::add);
        return ranges;
    }

    @Test
    void neighboursAreAskedForTogether() {
        assertThat(ranges(List.of(new Extent(0, BLOCK), new Extent(5L * BLOCK, BLOCK)), 1 << 20))
                .containsExactly(new NbdRange(0, 6 * BLOCK));
        assertThat(ranges(List.of(new Extent(0, BLOCK), new Extent(BLOCK + PieceRanges.GAP_MAX + 1L, BLOCK)), 1 << 20))
                .hasSize(2);
        assertThat(ranges(List.of(new Extent(PIECE - BLOCK, BLOCK), new Extent(PIECE + BLOCK, BLOCK)), 1 << 20))
                .containsExactly(new NbdRange(PIECE - BLOCK, BLOCK), new NbdRange(PIECE + BLOCK, BLOCK));
        assertThat(ranges(List.of(new Extent(BLOCK, 3L * PIECE)), 2L * PIECE + 512))
                .containsExactly(
                        new NbdRange(BLOCK, PIECE - BLOCK), new NbdRange(PIECE, PIECE), new NbdRange(2L * PIECE, 512));
        assertThat(ranges(List.of(), 1 << 20)).isEmpty();
    }

    @Test
    void everyByteOnceAndLittleElse() {
        for (long seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            long size = 512L * (1 + random.nextInt(4000));
            List<Extent> extents = extents(random, size);
            var asked = new BitSet();
            long before = 0;
            for (NbdRange range : ranges(extents, size)) {
                long end = range.offset() + range.length();
                assertThat(range.offset()).as("seed " + seed).isGreaterThanOrEqualTo(before);
                assertThat(end).isLessThanOrEqualTo(size);
                assertThat(range.length()).isPositive();
                assertThat((end - 1) / PIECE).isEqualTo(range.offset() / PIECE);
                asked.set((int) range.offset(), (int) end);
                before = end;
            }
            var wanted = new BitSet();
            extents.forEach(extent -> wanted.set((int) extent.offset(), (int) Math.min(extent.end(), size)));
            var missing = (BitSet) wanted.clone();
            missing.andNot(asked);
            assertThat(missing.isEmpty()).as("seed " + seed).isTrue();
            for (int gap = asked.nextSetBit(0); gap >= 0; gap = asked.nextSetBit(gap)) {
                int end = wanted.nextSetBit(gap);
                assertThat(end - gap).as("seed " + seed).isBetween(0, PieceRanges.GAP_MAX);
                gap = wanted.nextClearBit(end);
            }
        }
    }

    private static List<Extent> extents(Random random, long size) {
        var extents = new ArrayList<Extent>();
        int spread = 1 + random.nextInt(200_000);
        for (long at = random.nextInt(spread); at < size; at += random.nextLong(1, spread + 1L)) {
            long length = random.nextLong(1, spread + 1L);
            extents.add(new Extent(at, length));
            at += length;
        }
        return extents;
    }
}
