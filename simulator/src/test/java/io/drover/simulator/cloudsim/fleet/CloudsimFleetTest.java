package io.drover.simulator.cloudsim.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.drover.simulator.cloudsim.fleet.Shares.Phase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CloudsimFleetTest {
    @Test
    void powerIsLinearBetweenMeasuredPoints() {
        PowerCurve g4 = HostType.G4.power();

        assertThat(g4.watts(0)).isEqualTo(86);
        assertThat(g4.watts(1)).isEqualTo(117);
        assertThat(g4.watts(0.25)).isEqualTo(94.3, within(1e-9));
    }

    @Test
    void vmsMoveForTheTimeOfTheirMemory() {
        assertThat(VmType.HIGH_CPU.moveSeconds()).isEqualTo(13.92, within(1e-9));
        assertThat(VmType.SMALL.moveSeconds()).isEqualTo(27.84, within(1e-9));
        assertThat(VmType.MICRO.moveSeconds()).isEqualTo(9.808, within(1e-9));
    }

    @Test
    void anArrivingVmGetsATenthAndALeavingOneLosesOne() {
        double[] mips = {1000, 1000, 1000};
        double left = divide(mips, Phase.STAYING, Phase.LEAVING, Phase.ARRIVING);

        assertThat(mips).containsExactly(1000, 900, 100);
        assertThat(left).isEqualTo(3720 - 2100);
    }

    @Test
    void aRequestIsCappedAtOneProcessor() {
        double[] mips = {2500};
        assertThat(divide(mips, Phase.STAYING)).isEqualTo(1860);
        assertThat(mips).containsExactly(1860);
    }

    @Test
    void anOverSubscribedHostScalesAndFloors() {
        double[] mips = {1500, 1500, 1500, 1500};
        double left = divide(mips, Phase.STAYING, Phase.STAYING, Phase.LEAVING, Phase.ARRIVING);

        double scale = 3720 / 4650.0;
        assertThat(left).isZero();
        assertThat(mips).containsExactly(1200, 1200, Math.floor(1500 * scale * 0.9), Math.floor(1500 * 0.1 * scale));
    }

    private static double divide(double[] mips, Phase... phases) {
        int[] order = IntStream.range(0, mips.length).toArray();
        return Shares.divide(HostType.G4, mips, phases, order, () -> order);
    }

    @Test
    void aRecountGoesInTheOrderOfAHashTable() {
        var table = new RequestTable();
        Map<String, Integer> reference = new HashMap<>();
        int[] vms = new int[40];
        for (int i = 0; i < vms.length; i++) {
            vms[i] = (i * 397) % 1052;
            reference.put("2-" + vms[i], i);
            table.hold(i + 1);
        }
        var order = new ArrayList<Integer>();
        for (int position : table.order(vms, vms.length)) {
            order.add(position);
        }
        assertThat(order).containsExactlyElementsOf(reference.values());
    }

    @Test
    void aVmIsOnBothHostsUntilItsMoveIsOver() {
        var fleet = new CloudsimFleet(2, 1);
        fleet.create(0, 0);
        fleet.vms().request(0, 0.5);
        fleet.start(new CloudsimMove(0, 1));
        fleet.update();

        assertThat(fleet.host(0).share(0)).isEqualTo(0.9 * 1250);
        assertThat(fleet.host(0).usedMips()).isEqualTo(1250, within(1e-9));
        assertThat(fleet.host(1).share(0)).isEqualTo(125);
        assertThat(fleet.host(1).requestedMips()).isEqualTo(1250);

        fleet.complete(new CloudsimMove(0, 1));
        fleet.update();
        assertThat(fleet.host(0).count()).isZero();
        assertThat(fleet.host(1).share(0)).isEqualTo(1250);
    }

    @Test
    void onlyAVmThatAsksForExactlyNothingAndStaysIsDestroyed() {
        var fleet = new CloudsimFleet(2, 3);
        for (int vm = 0; vm < 3; vm++) {
            fleet.create(vm, 0);
            fleet.vms().request(vm, vm == 0 ? 0.01 : 0);
        }
        fleet.start(new CloudsimMove(2, 1));
        fleet.destroyIdle();

        assertThat(fleet.vms().present(0)).isTrue();
        assertThat(fleet.vms().present(1)).isFalse();
        assertThat(fleet.vms().present(2)).isTrue();
    }
}
