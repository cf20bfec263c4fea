package io.drover.simulator.cloudsim.policy;

import io.drover.simulator.cloudsim.fleet.HostType;
import io.drover.simulator.cloudsim.fleet.VmType;
import java.util.Arrays;

/** Hosts while VMs are created on them: each takes its full MIPS, memory and share of the link. */
final class EmptyHosts {
    private final double[] usedMips;
    private final int[] freeRamMb;
    private final int[] freeLinkKbitPerS;

    EmptyHosts(int count) {
        usedMips = new double[count];
        freeRamMb = new int[count];
        Arrays.setAll(freeRamMb, host -> HostType.of(host).ramMb());
        freeLinkKbitPerS = new int[count];
        Arrays.setAll(freeLinkKbitPerS, host -> HostType.of(host).linkKbitPerS());
    }

    boolean isEmpty(int host) {
        return usedMips[host] == 0;
    }

    /** MIPS not promised yet. */
    double freeMips(int host) {
        return HostType.of(host).totalMips() - usedMips[host];
    }

    boolean takes(int host, VmType vm) {
        return HostType.of(host).processorMips() >= vm.mips()
                && freeMips(host) >= vm.mips()
                && freeRamMb[host] >= vm.ramMb()
                && freeLinkKbitPerS[host] >= VmType.LINK_KBIT_PER_S;
    }

    double wattsWith(int host, VmType vm) {
        HostType type = HostType.of(host);
        return type.power().watts((usedMips[host] + vm.mips()) / type.totalMips());
    }

    /** Puts a VM of this type there; {@code index} is for the message when there is no such host. */
    void place(int host, VmType vm, int index) {
        if (host < 0) {
            throw new NoRoomException("VM " + index + " (" + vm.mips() + " MIPS, " + vm.ramMb()
                    + " MB) fits no host; more hosts are needed");
        }
        usedMips[host] += vm.mips();
        freeRamMb[host] -= vm.ramMb();
        freeLinkKbitPerS[host] -= VmType.LINK_KBIT_PER_S;
    }
}
