package io.drover.worker.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.worker.sim.control.SimWorld;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * Which worlds a run simulates: {@code -Dseed=N} that one alone, told in full; else {@code -Dseeds=COUNT} of them from
 * {@code -Dfirst=N} on.
 */
public final class Seeds {
    private static final Long ALONE = Long.getLong("seed");
    private static final long FIRST = Long.getLong("first", 1);
    private static final int COUNT = Integer.getInteger("seeds", 500);

    private Seeds() {}

    /** Whether one world alone is simulated. */
    public static boolean alone() {
        return ALONE != null;
    }

    /** One world of a scenario; returns what it reached, by name. Every fifth world should break nothing. */
    @FunctionalInterface
    public interface Scenario {
        Map<String, Integer> live(SimWorld world, double severity);
    }

    /**
     * Lives through the worlds, as many at once as there are processors; a failure names its seed and tells what
     * happened.
     *
     * @param share of the worlds that the run asks for
     * @param mustBeReached a scenario that never gets there proves nothing
     */
    public static void run(String test, double share, List<String> mustBeReached, Scenario scenario) {
        long first = ALONE == null ? FIRST : ALONE;
        long count = ALONE == null ? Math.max(1, Math.round(COUNT * share)) : 1;
        long begin = System.nanoTime();
        // Each world runs under its own seed and clock: they know nothing of each other.
        Map<String, Integer> reached = LongStream.range(first, first + count)
                .parallel()
                .mapToObj(seed -> live(test, seed, scenario))
                .collect(TreeMap::new, Seeds::add, Seeds::add);
        System.out.printf(
                "%s: %d worlds from seed %d, %.0f a second; reached: %s%n",
                test, count, first, count * 1e9 / (System.nanoTime() - begin), reached);
        if (!alone()) {
            assertThat(reached).containsKeys(mustBeReached.toArray(String[]::new));
        }
    }

    private static Map<String, Integer> live(String test, long seed, Scenario scenario) {
        var world = new SimWorld(seed);
        try {
            return scenario.live(world, seed % 5 == 0 ? 0 : 1);
        } catch (RuntimeException | Error e) {
            throw new AssertionError(
                    "seed %d (again: ./dev simulation %d, or -Dtest=%s -Dseed=%d): %s%n%s"
                            .formatted(seed, seed, test, seed, e.getMessage(), world.trace()),
                    e);
        } finally {
            if (alone()) {
                System.out.println(world.trace());
            }
        }
    }

    private static void add(Map<String, Integer> all, Map<String, Integer> more) {
        more.forEach((what, times) -> all.merge(what, times, Integer::sum));
    }
}
