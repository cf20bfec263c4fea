package io.drover.simulator.localdisk.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Each rule on a fleet made for it, as its document has it (docs/policies.md). */
final class OtherBalancersTest {
    private final HandMadeFleet fleet = new HandMadeFleet(3);

    private List<MoveOrder> decide(String policy) {
        return LocalDiskPolicies.named(policy, 1).decide(fleet);
    }

    @Test
    void watcherMovesTheVmClosestBelowTheExcess() {
        fleet.vm(0, 1800);
        int closest = fleet.vm(0, 1300);
        fleet.vm(0, 400);
        fleet.vm(1, 1000);
        fleet.vm(2, 800);
        // Mean 1766, the hottest has 3500: 1733 too much. Host 2 is the coolest.
        assertThat(decide("watcher-workload-balance")).containsExactly(new MoveOrder(closest, 2));
    }

    @Test
    void watcherLeavesAFleetBelowItsThresholdAlone() {
        fleet.vm(0, 3100);
        fleet.vm(1, 100);
        assertThat(decide("watcher-workload-balance")).isEmpty();
    }

    @Test
    void stabilizationTriesHostsByLotUntilTheDeviationIsBelowTheThreshold() {
        for (int i = 0; i < 6; i++) {
            fleet.vm(0, 600);
        }
        List<MoveOrder> moves = decide("watcher-stabilization");
        assertThat(moves).isNotEmpty().allMatch(move -> move.target() != 0);
        assertThat(decide("watcher-stabilization")).isEqualTo(moves);
        fleet.apply(moves);
        assertThat(decide("watcher-stabilization").size()).isLessThan(moves.size());
    }

    @Test
    void proxLbMovesTheSmallestUntilNodesAreTenPercentApart() {
        int smallest = fleet.vm(0, 200);
        fleet.vm(0, 1000);
        fleet.vm(1, 700);
        fleet.vm(2, 900);
        assertThat(decide("proxlb")).containsExactly(new MoveOrder(smallest, 1));
        fleet.apply(decide("proxlb"));
        assertThat(decide("proxlb")).isEmpty();
    }

    @Test
    void proxmoxWaitsThreeRoundsAndMovesOneAtATime() {
        fleet.vm(0, 1500);
        int best = fleet.vm(0, 1400);
        fleet.vm(1, 300);
        fleet.vm(2, 200);
        LocalDiskPolicy policy = LocalDiskPolicies.named("proxmox-crs", 1);
        assertThat(policy.decide(fleet)).isEmpty();
        assertThat(policy.decide(fleet)).isEmpty();
        assertThat(policy.decide(fleet)).hasSize(1).first().matches(move -> move.target() != 0);
        fleet.moving(best, 2);
        assertThat(policy.decide(fleet)).isEmpty();
    }

    @Test
    void proxmoxDoesNothingWhereItGainsLessThanATenth() {
        // One VM a node: whatever moves, one node has as much.
        fleet.vm(0, 3000);
        fleet.vm(1, 100);
        fleet.vm(2, 100);
        LocalDiskPolicy policy = LocalDiskPolicies.named("proxmox-crs", 1);
        for (int round = 0; round < 5; round++) {
            assertThat(policy.decide(fleet)).isEmpty();
        }
    }

    @Test
    void hbalTakesTheMoveThatLowersTheScoreMostAndStops() {
        for (int i = 0; i < 6; i++) {
            fleet.vm(0, 500);
        }
        List<MoveOrder> moves = decide("hbal");
        assertThat(moves).hasSize(4);
        assertThat(moves).filteredOn(move -> move.target() == 1).hasSize(2);
        assertThat(moves).filteredOn(move -> move.target() == 2).hasSize(2);
        fleet.apply(moves);
        assertThat(decide("hbal")).isEmpty();
    }

    @Test
    void xenOrchestraMovesTheMostLoadedAndThenLeavesItForHalfAnHour() {
        int heavy = fleet.vm(0, HandMadeFleet.steady(2000, 6));
        fleet.vm(0, HandMadeFleet.steady(1500, 6));
        fleet.vm(1, HandMadeFleet.steady(600, 6));
        fleet.vm(2, HandMadeFleet.steady(300, 6));
        LocalDiskPolicy policy = LocalDiskPolicies.named("xen-orchestra", 1);
        List<MoveOrder> first = policy.decide(fleet);
        assertThat(first).containsExactly(new MoveOrder(heavy, 2));
        // It could not begin: the VM rests all the same.
        fleet.later(60);
        assertThat(policy.decide(fleet)).noneMatch(move -> move.vm() == heavy);
        fleet.later(1800);
        assertThat(policy.decide(fleet)).contains(new MoveOrder(heavy, 2));
    }

    @Test
    void xenOrchestraWeighsNowAndTheHalfHourBefore() {
        // 0.75 * 3200 + 0.25 * (3200 + 5 * 600) / 6 = 2658: below 76.5 % of 4000.
        fleet.vm(0, 600, 600, 600, 600, 600, 3200);
        fleet.vm(1, HandMadeFleet.steady(100, 6));
        fleet.vm(2, HandMadeFleet.steady(100, 6));
        assertThat(decide("xen-orchestra")).isEmpty();
    }

    @Test
    void thePowerAwareRelieveByLeastMemoryAndEmptyTheLeastLoaded() {
        int least = fleet.vm(0, 1000);
        fleet.vm(0, 2600);
        int idle = fleet.vm(1, 200);
        fleet.vm(2, 1500);
        assertThat(decide("thr-mmt-0.8")).containsExactly(new MoveOrder(least, 2), new MoveOrder(idle, 2));
    }

    @Test
    void droverRelievesAHostThatStaysOverloaded() {
        fleet.vm(0, HandMadeFleet.steady(2500, 12));
        fleet.vm(0, HandMadeFleet.steady(1500, 12));
        fleet.vm(1, HandMadeFleet.steady(400, 12));
        fleet.vm(2, HandMadeFleet.steady(300, 12));
        assertThat(decide("drover")).hasSize(1).first().matches(move -> move.target() != 0);
        assertThat(decide("none")).isEmpty();
    }

    @Test
    void namesAreChecked() {
        assertThat(LocalDiskPolicies.knows("lr-mmt-1.2")).isTrue();
        assertThat(LocalDiskPolicies.knows("drover-0.9-0.8")).isTrue();
        assertThat(LocalDiskPolicies.knows("drover-0.8-0.9")).isFalse();
        assertThat(LocalDiskPolicies.knows("lr-mc-1.2")).isFalse();
        assertThatThrownBy(() -> LocalDiskPolicies.named("nobody", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("xen-orchestra");
    }
}
