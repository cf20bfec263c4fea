package io.drover.scheduler.balancing.strategies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.drover.messages.HostId;
import io.drover.messages.VmId;
import io.drover.scheduler.Snapshots;
import io.drover.scheduler.balancing.BalancingStrategy;
import io.drover.scheduler.balancing.Plan;
import io.drover.scheduler.balancing.load.Overload;
import io.drover.scheduler.balancing.rules.MoveGuard;
import io.drover.scheduler.balancing.rules.PlannedLoad;
import io.drover.scheduler.cluster.ClusterSnapshot;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Rules;
import io.drover.scheduler.cluster.Sample;
import io.drover.scheduler.cluster.SnapshotText;
import io.drover.scheduler.cluster.Vm;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every entry of the registry. */
class BalancingStrategyContractTest {
    static Stream<Arguments> strategiesAndSnapshots() {
        return BalancingStrategies.all().stream()
                .flatMap(strategy -> Snapshots.names().stream().map(name -> Arguments.of(strategy, name)));
    }

    static Stream<BalancingStrategy> strategies() {
        return BalancingStrategies.all().stream();
    }

    @Test
    void namesAreDistinctAndUnknownOnesAreRefusedWithTheList() {
        assertThat(BalancingStrategies.names()).doesNotHaveDuplicates().isNotEmpty();
        assertThat(BalancingStrategies.names())
                .allSatisfy(name ->
                        assertThat(BalancingStrategies.named(name).name()).isEqualTo(name));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BalancingStrategies.named("dice"))
                .withMessageContaining("dice")
                .withMessageContaining(BalancingStrategies.names().getFirst());
    }

    @ParameterizedTest
    @MethodSource("strategiesAndSnapshots")
    void keepsTheContract(BalancingStrategy strategy, String name) {
        keepsContract(strategy, Snapshots.read(name));
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void keepsTheContractOnRandomClusters(BalancingStrategy strategy) {
        LongStream.range(0, 300)
                .forEach(seed -> assertThat(random(seed))
                        .as("seed " + seed)
                        .satisfies(snapshot -> keepsContract(strategy, snapshot)));
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void placesOrRefusesEachVmItIsAskedFor(BalancingStrategy strategy) {
        LongStream.range(0, 100).forEach(seed -> {
            ClusterSnapshot snapshot = random(seed);
            List<VmId> ids = snapshot.vms().stream().map(Vm::id).toList();

            Plan plan = strategy.evacuate(snapshot, ids);

            assertThat(plan).isEqualTo(strategy.evacuate(snapshot, ids));
            assertThat(MoveGuard.requested().check(snapshot, plan).moves()).isEqualTo(plan.moves());
            for (Vm vm : snapshot.vms()) {
                boolean moved = plan.moves().stream().anyMatch(move -> move.vm().equals(vm));
                assertThat(moved
                                || plan.refused().stream()
                                        .anyMatch(refusal -> vm.name().equals(refusal.vm())))
                        .as("seed %s: %s", seed, vm.name())
                        .isTrue();
            }
        });
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void refusesToPlaceAnUnknownVm(BalancingStrategy strategy) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> strategy.evacuate(Snapshots.read("calm"), List.of(new VmId(new UUID(1, 2)))));
    }

    private static void keepsContract(BalancingStrategy strategy, ClusterSnapshot snapshot) {
        Plan plan = strategy.plan(snapshot);

        assertThat(plan).isEqualTo(strategy.plan(SnapshotText.read(SnapshotText.write(snapshot))));
        // The guard takes nothing away: what a strategy proposes may be done.
        assertThat(MoveGuard.balancing().check(snapshot, plan).moves()).isEqualTo(plan.moves());
        assertThat(plan.moves()).allSatisfy(move -> {
            assertThat(move.reason()).isNotBlank();
            assertThat(move.destination()).isNotEqualTo(move.source());
        });
        assertThat(plan.moves().stream().map(move -> move.vm().id())).doesNotHaveDuplicates();
        for (Host host : snapshot.hosts()) {
            boolean overloaded = Overload.of(host, snapshot.rules()).isPresent();
            if (overloaded && !PlannedLoad.of(snapshot).stale(host)) {
                assertThat(plan.sentence()).contains(host.id() + " is overloaded");
            } else {
                // A host that needs no relief gives a VM only for one that it takes, now or when that has left.
                assertThat(plan.moves())
                        .filteredOn(move -> move.source().equals(host.id()))
                        .allMatch(move -> plan.moves().stream()
                                        .anyMatch(other -> other.destination().equals(move.source())
                                                && other.source().equals(move.destination()))
                                || plan.later().stream()
                                        .anyMatch(later ->
                                                later.move().destination().equals(move.source())));
            }
        }
    }

    private static ClusterSnapshot random(long seed) {
        var random = new SplittableRandom(seed);
        Instant at = Instant.parse("2026-11-22T18:00:00Z");
        var rules = new Rules(0.8, 0.6, 4, 3, Duration.ofMinutes(2), Duration.ofSeconds(30), 2, 2);
        var hosts = new ArrayList<Host>();
        var vms = new ArrayList<Vm>();
        for (int h = 1; h <= random.nextInt(1, 7); h++) {
            var id = new HostId("h" + h);
            double cpu = 0;
            long memory = 0;
            for (int v = 0; v < random.nextInt(0, 14); v++) {
                var vm = new Vm(
                        new VmId(new UUID(h, v)),
                        "vm-" + h + "-" + v,
                        id,
                        random.nextInt(8) > 0,
                        true,
                        random.nextDouble(0, 1),
                        512L << 20,
                        random.nextLong(512L << 20),
                        random.nextLong(4L << 30),
                        random.nextLong(1L << 28),
                        Map.of(),
                        0,
                        0,
                        List.of(),
                        List.of());
                vms.add(vm);
                cpu += vm.cpuCores();
                memory += vm.residentBytes();
            }
            var samples = new ArrayList<Sample>();
            for (int s = 4; s > 0; s--) {
                samples.add(new Sample(
                        at.minusSeconds(s * random.nextLong(5, 9)), cpu * random.nextDouble(0.8, 1.2), memory));
            }
            hosts.add(new Host(
                    id,
                    random.nextDouble(1, 8),
                    random.nextLong(1L << 30, 8L << 30),
                    20L << 30,
                    1L << 27,
                    0,
                    0,
                    samples,
                    Map.of(),
                    0,
                    0));
        }
        return new ClusterSnapshot(at, rules, hosts, vms, List.of(), List.of());
    }
}
