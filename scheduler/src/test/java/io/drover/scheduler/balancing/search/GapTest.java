package io.drover.scheduler.balancing.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** How far the search is from the optimum. */
class GapTest {
    private static final int INSTANCES = 200;

    @Test
    void isCloseToTheOptimumOnSmallInstances() {
        var optimum = new CpSatEngine();
        var search = new RegretSearch();
        double[] gaps = LongStream.range(0, INSTANCES)
                .mapToDouble(seed -> gap(seed, Instance.of(seed), optimum, search))
                .sorted()
                .toArray();

        System.out.printf(
                "gap to the optimum over %d instances: median %.4f, mean %.4f, 95th %.4f, worst %.4f%n",
                INSTANCES,
                gaps[INSTANCES / 2],
                Arrays.stream(gaps).average().orElseThrow(),
                gaps[INSTANCES * 95 / 100],
                gaps[INSTANCES - 1]);
        assertThat(gaps[INSTANCES / 2]).isLessThanOrEqualTo(0.02);
        assertThat(gaps[INSTANCES - 1]).isLessThanOrEqualTo(0.1);
    }

    private static double gap(long seed, Instance instance, PlacementEngine optimum, PlacementEngine search) {
        Assignment best = optimum.solve(instance);
        Assignment found = search.solve(instance);
        Feasible.check(instance, best);
        Feasible.check(instance, found);
        assertThat(found).isEqualTo(search.solve(instance));
        assertThat(found.uncovered()).as("seed " + seed).isEqualTo(best.uncovered());
        return best.cost() == 0 ? (found.cost() == 0 ? 0 : 1) : found.cost() / (double) best.cost() - 1;
    }
}
