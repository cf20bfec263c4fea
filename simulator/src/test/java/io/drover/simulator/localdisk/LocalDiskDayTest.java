package io.drover.simulator.localdisk;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.simulator.SimulationResult;
import io.drover.simulator.SimulationRules.Setting;
import io.drover.simulator.localdisk.policy.FleetView;
import io.drover.simulator.localdisk.policy.LocalDiskPolicies;
import io.drover.simulator.localdisk.policy.LocalDiskPolicy;
import io.drover.simulator.localdisk.policy.MoveOrder;
import io.drover.simulator.trace.LoadTrace;
import io.drover.simulator.trace.SyntheticTrace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small days under the rules of local disks. */
final class LocalDiskDayTest {
    private static final LoadTrace DAY = SyntheticTrace.of(120, 3);
    private static final Setting SETTING = new Setting(OptionalInt.empty(), 3);
    private static final LocalDiskRules RULES = new LocalDiskRules();

    private static SimulationResult play(LoadTrace day, String policy) throws Exception {
        return RULES.run(day, policy, SETTING, share -> {});
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "drover",
                "watcher-workload-balance",
                "watcher-stabilization",
                "proxlb",
                "proxmox-crs",
                "hbal",
                "xen-orchestra",
                "thr-mmt-0.8",
                "lr-mmt-1.2"
            })
    void aDayIsTheSameAgainAndNobodyIsLost(String policy) throws Exception {
        SimulationResult result = play(DAY, policy);
        assertThat(withoutTime(play(DAY, policy))).isEqualTo(withoutTime(result));
        var watched = new Watched(LocalDiskPolicies.named(policy, 3));
        int hosts = Hardware.hostsFor(DAY, new Population(DAY, 3));
        LocalDiskTotals account = new LocalDiskDay(DAY, watched, hosts, 3).run(share -> {});
        assertThat(account.moves()).isEqualTo(result.migrations());
        assertThat(watched.looks).isPositive();
    }

    /** How long a plan took is another each time. */
    private static SimulationResult withoutTime(SimulationResult result) {
        return new SimulationResult(
                result.trace(),
                result.policy(),
                result.rules(),
                result.energyKwh(),
                result.floorKwh(),
                result.migrations(),
                result.slatah(),
                result.pdm(),
                result.slav(),
                result.esv(),
                result.hostShutdowns(),
                result.overloadS(),
                result.starvedVmS(),
                result.tbMoved(),
                result.movesBack(),
                0,
                result.hindsightTb());
    }

    /** Sees before each decision that nobody has more than there is. */
    private static final class Watched implements LocalDiskPolicy {
        private final LocalDiskPolicy policy;
        private int looks;

        Watched(LocalDiskPolicy policy) {
            this.policy = policy;
        }

        @Override
        public int periodSeconds() {
            return policy.periodSeconds();
        }

        @Override
        public List<MoveOrder> decide(FleetView fleet) {
            looks++;
            long[] memory = new long[fleet.hosts()];
            long[] disk = new long[fleet.hosts()];
            for (int vm = 0; vm < fleet.vms(); vm++) {
                memory[fleet.host(vm)] += fleet.vmMemory(vm);
                disk[fleet.host(vm)] += fleet.vmDisk(vm);
                if (fleet.target(vm) != FleetView.NONE) {
                    memory[fleet.target(vm)] += fleet.vmMemory(vm);
                    disk[fleet.target(vm)] += fleet.vmDisk(vm);
                }
            }
            assertThat(Arrays.stream(memory).max().orElseThrow()).isLessThanOrEqualTo(fleet.hostMemory(0));
            assertThat(Arrays.stream(disk).max().orElseThrow()).isLessThanOrEqualTo(fleet.hostDisk(0));
            return policy.decide(fleet);
        }
    }

    @Test
    void droverRelievesMoreThanNobody() throws Exception {
        SimulationResult alone = play(DAY, "none");
        SimulationResult relieved = play(DAY, "drover");
        assertThat(alone.overloadS()).isPositive();
        assertThat(alone.migrations()).isZero();
        assertThat(alone.tbMoved()).isZero();
        assertThat(relieved.overloadS()).isLessThan(alone.overloadS() / 2);
        assertThat(relieved.movesBack()).isZero();
        assertThat(relieved.energyKwh()).isGreaterThan(relieved.floorKwh());
    }

    @Test
    void withoutOverloadDroverMovesNothing() throws Exception {
        byte[][] calm = new byte[100][288];
        for (int vm = 0; vm < calm.length; vm++) {
            for (int sample = 0; sample < calm[vm].length; sample++) {
                calm[vm][sample] = (byte) (8 + (vm + sample) % 7);
            }
        }
        List<String> names = new ArrayList<>();
        for (int vm = 0; vm < calm.length; vm++) {
            names.add("vm" + vm);
        }
        var day = new LoadTrace("calm", names, calm);
        SimulationResult result = RULES.run(day, "drover", new Setting(OptionalInt.of(30), 1), share -> {});
        assertThat(result.overloadS()).isZero();
        assertThat(result.migrations()).isZero();
    }
}
