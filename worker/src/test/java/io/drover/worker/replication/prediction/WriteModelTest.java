package io.drover.worker.replication.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import io.drover.worker.replication.prediction.WriteModel.Sample;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WriteModelTest {
    private static final int BLOCK = 4096;

    /** A guest that writes 4 KiB blocks at random over its working set, sampled as a bulk samples it. */
    @ParameterizedTest
    @CsvSource({
        "500, 65536, 12", // 2 MB/s over 256 MiB: nearly straight
        "2000, 65536, 40", // bends
        "5000, 10000, 10", // all is dirty before the end
        "100, 65536, 8"
    })
    void foretellsWhatARandomWriterDirtiesNext(int writesPerSecond, int blocks, int seconds) {
        var random = new Random(writesPerSecond);
        var dirty = new BitSet(blocks);
        var samples = new ArrayList<Sample>();
        for (int write = 1; write <= writesPerSecond * seconds; write++) {
            dirty.set(random.nextInt(blocks));
            if (write % (writesPerSecond / 2) == 0) {
                samples.add(new Sample((double) write / writesPerSecond, (long) dirty.cardinality() * BLOCK));
            }
        }
        WriteModel model = WriteModel.fit(samples);
        for (int write = 0; write < writesPerSecond * seconds; write++) {
            dirty.set(random.nextInt(blocks));
        }
        assertThat(model.dirtyAfter(2.0 * seconds)).isCloseTo((double) dirty.cardinality() * BLOCK, withPercentage(10));
        assertThat(model.dirtyAfter(0.5)).isCloseTo(0.5 * writesPerSecond * BLOCK, withPercentage(20));
    }

    @Test
    void aQuietGuestStaysQuiet() {
        assertThat(WriteModel.fit(List.of())).isEqualTo(WriteModel.QUIET);
        assertThat(WriteModel.fit(List.of(new Sample(0, 0), new Sample(3, 0)))).isEqualTo(WriteModel.QUIET);
        assertThat(WriteModel.QUIET.dirtyAfter(1000)).isZero();
        assertThat(WriteModel.QUIET.secondsUntil(1)).isInfinite();
    }

    @Test
    void timesAndAmountsAreInverse() {
        var bent = new WriteModel(8e6, 256e6);
        var straight = new WriteModel(8e6, Double.POSITIVE_INFINITY);
        for (double seconds : new double[] {0.1, 3, 30}) {
            assertThat(bent.secondsUntil(bent.dirtyAfter(seconds))).isCloseTo(seconds, withPercentage(0.1));
            assertThat(straight.secondsUntil(straight.dirtyAfter(seconds))).isCloseTo(seconds, withPercentage(0.1));
        }
        assertThat(bent.secondsUntil(300e6)).isInfinite();
    }
}
