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
        List<PackedVm> vms = List.of(steady(0, 1, 400), steady(0, 1, 450), steady(1, 1, 10));

        assertThat(Consolidation.plan(SETTINGS, List.of(GOOD, GOOD), vms, false))
                .isEmpty();
    }

    @Test
    void anOverloadedServerShedsWhatRelievesMostPerByte() {
        List<PackedVm> vms =
                List.of(steady(0, 8, 400), steady(0, 1, 60), steady(0, 2, 300), steady(0, 2, 290), steady(1, 1, 100));

        assertThat(Consolidation.plan(SETTINGS, List.of(GOOD, GOOD), vms, false))
                .containsExactly(new Relocation(2, 0, 1));
    }

    @Test
    void anOverloadedServerWakesAnotherWhereNoneInUseHasRoom() {
        List<PackedVm> vms = List.of(steady(0, 1, 500), steady(0, 1, 450), steady(0, 1, 300), steady(1, 1, 700));

        assertThat(Consolidation.plan(SETTINGS, List.of(GOOD, GOOD, POOR, GOOD), vms, false))
                .extracting(Relocation::to)
                .containsOnly(3);
    }

    @Test
    void serversAreEmptiedIntoTheFullestThatStaysSafe() {
        List<PackedVm> vms = List.of(steady(0, 1, 300), steady(1, 1, 500), steady(2, 1, 50), steady(2, 1, 60));

        List<Relocation> plan = Consolidation.plan(SETTINGS, List.of(GOOD, GOOD, GOOD), vms, true);

        assertThat(plan).startsWith(new Relocation(3, 2, 1), new Relocation(2, 2, 1));
    }

    @Test
    void emptyingIsAllOrNothing() {
        List<PackedVm> vms = List.of(steady(0, 1, 400), steady(0, 1, 300), steady(1, 1, 500), steady(1, 1, 300));

        assertThat(Consolidation.plan(SETTINGS, List.of(GOOD, GOOD), vms, true))
                .as("80 % is in use: either VM of a server fits nowhere else")
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
        List<PackedVm> vms = List.of(steady(0, 1, 100), steady(1, 1, 90));

        assertThat(Consolidation.plan(SETTINGS, List.of(POOR, GOOD), vms, true))
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
    void aVmNeedsAServerThatCanServeItAlone() {
        PackedHost weak = new PackedHost(2000, 100, 90, 130);
        List<PackedVm> vms = List.of(steady(0, 1, 300), steady(1, 1, 50));

        assertThat(Consolidation.plan(SETTINGS, List.of(POOR, weak), vms, true)).isEmpty();
    }

    @Test
    void theSameInputGivesTheSamePlan() {
        assertThat(Consolidation.plan(SETTINGS, fleet(), vms(7), true))
                .isNotEmpty()
                .isEqualTo(Consolidation.plan(SETTINGS, fleet(), vms(7), true));
    }

    @Test
    void everyVmIsMovedAtMostOnceAndNoServerBothGivesAndTakes() {
        for (long seed = 0; seed < 50; seed++) {
            List<PackedVm> vms = vms(seed);
            List<Relocation> plan = Consolidation.plan(SETTINGS, fleet(), vms, true);

            assertThat(plan).extracting(Relocation::vm).doesNotHaveDuplicates();
            assertThat(plan).allMatch(move -> vms.get(move.vm()).server() == move.from());
            assertThat(plan.stream().map(Relocation::to))
                    .doesNotContainAnyElementsOf(
                            plan.stream().map(Relocation::from).toList());
        }
    }

    @Test
    void unevenHistoriesAreRefused() {
        List<PackedVm> vms = List.of(steady(0, 1, 1), new PackedVm(0, 1, new double[] {1}));

        assertThatThrownBy(() -> Consolidation.plan(SETTINGS, List.of(GOOD), vms, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("VM 1: uneven samples");
        assertThatThrownBy(() -> new PackedHost(0, 1, 1, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<PackedHost> fleet() {
        var servers = new ArrayList<PackedHost>();
        for (int i = 0; i < 20; i++) {
            servers.add(i % 2 == 0 ? GOOD : POOR);
        }
        return servers;
    }

    private static List<PackedVm> vms(long seed) {
        var random = new Random(seed);
        var vms = new ArrayList<PackedVm>();
        for (int i = 0; i < 60; i++) {
            double[] demand = random.doubles(30, 0, 300).toArray();
            vms.add(new PackedVm(random.nextInt(20), GIB * (1 + random.nextInt(4)), demand));
        }
        return vms;
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
