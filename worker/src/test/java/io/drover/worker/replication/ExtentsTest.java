package io.drover.worker.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ExtentsTest {
    private static final int BITS = 200;

    @Test
    void setsAreThoseOfBits() {
        for (long seed = 0; seed < 500; seed++) {
            var random = new Random(seed);
            BitSet left = random(random);
            BitSet right = random(random);
            var both = (BitSet) left.clone();
            both.and(right);
            var without = (BitSet) left.clone();
            without.andNot(right);
            assertThat(bits(Extents.intersect(extents(left), extents(right)))).isEqualTo(both);
            assertThat(bits(Extents.subtract(extents(left), extents(right)))).isEqualTo(without);
            assertThat(Extents.totalBytes(extents(left))).isEqualTo(left.cardinality());
            List<Extent> windows = Extents.windows(extents(left), 32);
            assertThat(Extents.subtract(extents(left), windows)).isEmpty();
            assertThat(windows.size()).isLessThanOrEqualTo(BITS / 32 + 1);
        }
    }

    private static BitSet random(Random random) {
        var bits = new BitSet();
        for (int i = 0; i < random.nextInt(12); i++) {
            int from = random.nextInt(BITS);
            bits.set(from, Math.min(BITS, from + random.nextInt(30)));
        }
        return bits;
    }

    private static List<Extent> extents(BitSet bits) {
        var extents = new ArrayList<Extent>();
        for (int from = bits.nextSetBit(0); from >= 0; from = bits.nextSetBit(bits.nextClearBit(from))) {
            extents.add(new Extent(from, bits.nextClearBit(from) - from));
        }
        return extents;
    }

    private static BitSet bits(List<Extent> extents) {
        var bits = new BitSet();
        extents.forEach(extent -> bits.set((int) extent.offset(), (int) extent.end()));
        return bits;
    }
}
