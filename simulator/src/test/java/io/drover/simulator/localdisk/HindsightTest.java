package io.drover.simulator.localdisk;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.simulator.SimulationResult;
import io.drover.simulator.SimulationRules.Setting;
import io.drover.simulator.trace.LoadTrace;
import io.drover.simulator.trace.SyntheticTrace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HindsightTest {
    private static final int HOSTS = 3;
    private static final int MACHINES = 8;

    /** VMs that always ask for the same: where one or two must go, brute force says which. */
    @Test
    void sendsTheFewestBytesThatRelieve() {
        int needed = 0;
        for (int seed = 0; seed < 200; seed++) {
            LoadTrace trace = constant(seed);
            OptionalDouble least = new BruteForce(trace, seed).least();
            if (least.isPresent()) {
                needed++;
                assertThat(new Hindsight(trace, HOSTS, seed).tbFor(0))
                        .as("seed %d", seed)
                        .isEqualTo(least.getAsDouble());
            }
        }
        assertThat(needed).isGreaterThan(10);
    }

    private static LoadTrace constant(int seed) {
        var percent = new byte[MACHINES][4];
        for (int vm = 0; vm < MACHINES; vm++) {
            Arrays.fill(percent[vm], (byte) (30 + (seed * 31 + vm * 17) % 70));
        }
        return new LoadTrace(
                "constant",
                IntStream.range(0, MACHINES).mapToObj(vm -> "m" + vm).toList(),
                percent);
    }

    private static final class BruteForce {
        private final LoadTrace trace;
        private final Population population;
        private final Hardware hardware;
        private final LocalDiskFleet fleet;

        BruteForce(LoadTrace trace, long seed) {
            this.trace = trace;
            population = new Population(trace, seed);
            hardware = new Hardware(HOSTS, population);
            fleet = new LocalDiskFleet(hardware, population, seed);
        }

        /** Terabytes; empty when none is needed, or two are not enough. */
        OptionalDouble least() {
            if (calm(List.of(), 0)) {
                return OptionalDouble.empty();
            }
            return IntStream.range(0, MACHINES * MACHINES)
                    .mapToObj(pair -> Stream.of(pair / MACHINES, pair % MACHINES)
                            .distinct()
                            .toList())
                    .filter(this::relieves)
                    .mapToDouble(set -> set.stream().mapToLong(this::bytes).sum() / 1e12)
                    .min();
        }

        private boolean relieves(List<Integer> set) {
            int source = fleet.host(set.getFirst());
            return source == fleet.host(set.getLast())
                    && IntStream.range(0, HOSTS)
                            .anyMatch(host -> host != source && fleet.fit(set, host) && calm(set, host));
        }

        private long bytes(int vm) {
            return population.resident(vm) + population.disk(vm);
        }

        private boolean calm(Collection<Integer> moved, int target) {
            double[] asked = new double[HOSTS];
            for (int vm = 0; vm < MACHINES; vm++) {
                asked[moved.contains(vm) ? target : fleet.host(vm)] += trace.load(vm, 0) * population.mips(vm);
            }
            return IntStream.range(0, HOSTS).allMatch(host -> asked[host] <= hardware.mips(host));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"drover", "xen-orchestra", "lr-mmt-1.2"})
    void noPolicySendsLessForAsLittleOverload(String policy) throws Exception {
        LoadTrace trace = SyntheticTrace.of(200, 11);

        SimulationResult result =
                new LocalDiskRules().run(trace, policy, new Setting(OptionalInt.empty(), 11), share -> {});

        assertThat(result.hindsightTb()).isPositive().isLessThan(result.tbMoved());
    }

    @Test
    void lessOverloadTakesMoreBytes() {
        LoadTrace trace = SyntheticTrace.of(200, 11);
        var hindsight = new Hindsight(trace, Hardware.hostsFor(trace, new Population(trace, 11)), 11);

        List<Double> sent = new ArrayList<>();
        for (double seconds : new double[] {1e9, 50_000, 20_000, 10_000, 5_000}) {
            sent.add(hindsight.tbFor(seconds));
        }
        assertThat(sent).isSorted().doesNotContainNull().startsWith(0.0);
        assertThat(sent.getLast()).isPositive();
    }
}
