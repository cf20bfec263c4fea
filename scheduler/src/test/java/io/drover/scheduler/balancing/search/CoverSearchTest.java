package io.drover.scheduler.balancing.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.scheduler.balancing.search.CoverSearch.Cover;
import io.drover.scheduler.balancing.search.CoverSearch.Covers;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class CoverSearchTest {
    @RepeatedTest(100)
    void findsTheCheapestCoversThatTryingEverySetFinds(RepetitionInfo repetition) {
        var random = new SplittableRandom(repetition.getCurrentRepetition());
        int items = random.nextInt(1, 13);
        int needs = random.nextInt(1, 4);
        long[] cost = random.longs(items, 0, 100).toArray();
        double[][] relief = new double[items][];
        Arrays.setAll(relief, item -> random.ints(needs, 0, 20).asDoubleStream().toArray());
        double[] need =
                random.ints(needs, 0, Math.max(1, items * 8)).asDoubleStream().toArray();

        Covers found = CoverSearch.cheapest(cost, relief, need, 4);

        List<Long> expected = IntStream.range(0, 1 << items)
                .filter(set -> lean(set, relief, need))
                .mapToObj(set -> IntStream.range(0, items)
                        .filter(item -> (set >> item & 1) == 1)
                        .mapToLong(item -> cost[item])
                        .sum())
                .sorted()
                .limit(4)
                .toList();
        assertThat(found.exact()).isTrue();
        assertThat(found.covers().stream().map(Cover::cost).toList()).isEqualTo(expected);
    }

    @Test
    void saysWhenItWasCutShort() {
        var random = new SplittableRandom(7);
        long[] cost = random.longs(200, 1000, 1100).toArray();
        double[][] relief = new double[200][];
        Arrays.setAll(relief, item -> new double[] {random.nextDouble(9, 10), random.nextDouble(9, 10)});

        Covers found = CoverSearch.cheapest(cost, relief, new double[] {700, 705}, 3);

        assertThat(found.exact()).isFalse();
        assertThat(found.covers()).isNotEmpty();
    }

    private static boolean lean(int set, double[][] relief, double[] need) {
        return covers(set, relief, need)
                && IntStream.range(0, relief.length)
                        .filter(item -> (set >> item & 1) == 1)
                        .noneMatch(item -> covers(set & ~(1 << item), relief, need));
    }

    private static boolean covers(int set, double[][] relief, double[] need) {
        return IntStream.range(0, need.length)
                .allMatch(n -> IntStream.range(0, relief.length)
                                .filter(item -> (set >> item & 1) == 1)
                                .mapToDouble(item -> relief[item][n])
                                .sum()
                        >= need[n]);
    }
}
