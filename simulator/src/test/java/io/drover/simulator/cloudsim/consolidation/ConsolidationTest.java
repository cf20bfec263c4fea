package io.drover.simulator.cloudsim.consolidation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConsolidationTest {
    private static final ConsolidationSettings SETTINGS = ConsolidationSettings.standard();
    private static final PackedHost GOOD = new PackedHost(1000, 500, 90, 130);
    private static final PackedHost POOR = new PackedHost(1000, 500, 90, 160);
    private static final long GIB = 1L << 30;

    @Test
    void withoutOverloadAndWithoutEmptyingNothingMoves() {
        List<PackedVm> machines = List.of(steady(0, 1, 400), steady(0, 1, 450), steady(1, 1, 10));

        assertThat(Consolidation.plan(SETTINGS, List.of(GOOD, GOOD), machines, false))
                .isEmpty();
    }

    @Test
    void anOverloadedServerShedsWhatRelievesMostPerByte() {
        List<PackedVm> machines =
                List.of(steady(0, 8, 400), steady(0, 1, 60), steady(0, 2, 300), steady(0, 2, 290), steady(1, 1, 100));

        assertThat(Consolidation.plan(SETTINGS, List.of(GOOD, GOOD), machines, false))
                .containsExactly(new Relocation(2, 0, 1));
    }

    @Test
    void anOverloadedServerWakesAnotherWhereNoneInUseHasRoom() {
        List<PackedVm> machines = List.of(steady(0, 1, 500), steady(0, 1, 450), steady(0, 1, 300), steady(1, 1, 700));

        assertThat(Consolidation.plan(SETTINGS, List.of(GOOD, GOOD, POOR, GOOD), machines, false))
                .extracting(Relocation::to)
                .containsOnly(3);
    }

    @Test
    void serversAreEmptiedIntoTheFullestThatStaysSafe() {
        List<PackedVm> machines = List.of(steady(0, 1, 300), steady(1, 1, 500), steady(2, 1, 50), steady(2, 1, 60));

        List<Relocation> plan = Consolidation.plan(SETTINGS, List.of(GOOD, GOOD, GOOD), machines, true);

        assertThat(plan).startsWith(new Relocation(3, 2, 1), new Relocation(2, 2, 1));
    }

    @Test
    void emptyingIsAllOrNothing() {
        List<PackedVm> machines = List.of(steady(0, 1, 400), steady(0, 1, 300), steady(1, 1, 500), steady(1, 1, 300));

        assertThat(Consolidation.plan(SETTINGS, List.of(GOOD, GOOD), machines, true))
                .as("80 % is in use: either machine of a server fits nowhere else")
                .isEmpty();
    }

    @Test
    void emptyingMustPayForItsBytes() {
        List<PackedHost> servers = List.of(GOOD, GOOD);

        assertThat(Consolidation.plan(SETTINGS, servers, List.of(steady(0, 20, 10), steady(1, 1, 100)), true))
                .as("90 W for 21 GB is worth it")
                .hasSize(1);
        assertThat(Consolidation.plan(SETTINGS, servers, List.of(steady(0, 200, 10), steady(1, 200, 100)), true))
                .as("90 W for 215 GB is not")
                .isEmpty();
    }

    @Test
    void loadGoesToServersThatServeItWithLessPower() {
        List<PackedVm> machines = List.of(steady(0, 1, 100), steady(1, 1, 90));

        assertThat(Consolidation.plan(SETTINGS, List.of(POOR, GOOD), machines, true))
                .as("the good one is less loaded, but has no as good a place to go to")
                .containsExactly(new Relocation(0, 0, 1));
    }

    @Test
    void peaksOfTheSameHourDoNotShareAServer() {
        double[] early = wave(0);
        double[] late = wave(10);
        PackedVm resident = new PackedVm(1, GIB, early);

        assertThat(Consolidation.plan(
                        SETTINGS, List.of(GOOD, GOOD), List.of(new PackedVm(0, GIB, early), resident), true))
                .isEmpty();
        assertThat(Consolidation.plan(
                        SETTINGS, List.of(GOOD, GOOD), List.of(new PackedVm(0, GIB, late), resident), true))
                .hasSize(1);
    }

    @Test
    void aMachineNeedsAServerThatCanServeItAlone() {
        PackedHost weak = new PackedHost(2000, 100, 90, 130);
        List<PackedVm> machines = List.of(steady(0, 1, 300), steady(1, 1, 50));

        assertThat(Consolidation.plan(SETTINGS, List.of(POOR, weak), machines, true))
                .isEmpty();
    }

    @Test
    void theSameInputGivesTheSamePlan() {
        assertThat(Consolidation.plan(SETTINGS, fleet(), machines(7), true))
                .isNotEmpty()
                .isEqualTo(Consolidation.plan(SETTINGS, fleet(), machines(7), true));
    }

    @Test
    void everyMachineIsMovedAtMostOnceAndNoServerBothGivesAndTakes() {
        for (long seed = 0; seed < 50; seed++) {
            List<PackedVm> machines = machines(seed);
            List<Relocation> plan = Consolidation.plan(SETTINGS, fleet(), machines, true);

            assertThat(plan).extracting(Relocation::machine).doesNotHaveDuplicates();
            assertThat(plan).allMatch(move -> machines.get(move.machine()).server() == move.from());
            assertThat(plan.stream().map(Relocation::to))
                    .doesNotContainAnyElementsOf(
                            plan.stream().map(Relocation::from).toList());
        }
    }

    @Test
    void unevenHistoriesAreRefused() {
        List<PackedVm> machines = List.of(steady(0, 1, 1), new PackedVm(0, 1, new double[] {1}));

        assertThatThrownBy(() -> Consolidation.plan(SETTINGS, List.of(GOOD), machines, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("machine 1: uneven samples");
        assertThatThrownBy(() -> new PackedHost(0, 1, 1, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<PackedHost> fleet() {
        var servers = new ArrayList<PackedHost>();
        for (int i = 0; i < 20; i++) {
            servers.add(i % 2 == 0 ? GOOD : POOR);
        }
        return servers;
    }

    private static List<PackedVm> machines(long seed) {
        var random = new Random(seed);
        var machines = new ArrayList<PackedVm>();
        for (int i = 0; i < 60; i++) {
            double[] demand = random.doubles(30, 0, 300).toArray();
            machines.add(new PackedVm(random.nextInt(20), GIB * (1 + random.nextInt(4)), demand));
        }
        return machines;
    }

    private static PackedVm steady(int server, int gib, double demand) {
        double[] samples = new double[30];
        Arrays.fill(samples, demand);
        return new PackedVm(server, gib * GIB, samples);
    }

    /** 100, and 450 for a third of the time, that many samples ago. */
    private static double[] wave(int back) {
        double[] samples = new double[30];
        Arrays.setAll(samples, i -> i >= back + 5 && i < back + 15 ? 450 : 100);
        return samples;
    }
}
