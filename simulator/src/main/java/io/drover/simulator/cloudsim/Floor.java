package io.drover.simulator.cloudsim;

import io.drover.simulator.cloudsim.fleet.HostType;
import io.drover.simulator.cloudsim.fleet.VmType;
import io.drover.simulator.trace.LoadTrace;

/** The energy no policy gets below: every MIPS asked for served by full hosts of the more efficient type. */
public final class Floor {
    private static final double JOULES_PER_KWH = 3_600_000;

    private Floor() {}

    /** Of the VMs that are still there: under CloudSim's rules one that asks for nothing at a tick is gone. */
    static double kilowattHours(LoadTrace trace) {
        return kilowattHours(trace, true);
    }

    /** Of VMs that stay all day. */
    public static double kilowattHoursOfAll(LoadTrace trace) {
        return kilowattHours(trace, false);
    }

    private static double kilowattHours(LoadTrace trace, boolean vanishing) {
        double wattsPerMips = HostType.G5.power().watts(1) / HostType.G5.totalMips();
        double joules = 0;
        for (int vm = 0; vm < trace.vms(); vm++) {
            joules += mipsSeconds(trace, vm, vanishing) * wattsPerMips;
        }
        return joules / JOULES_PER_KWH;
    }

    private static double mipsSeconds(LoadTrace trace, int vm, boolean vanishing) {
        double loads = 0;
        for (int sample = 0; sample < trace.samples() && !(vanishing && gone(trace, vm, sample)); sample++) {
            loads += (trace.load(vm, sample) + trace.load(vm, sample + 1)) / 2;
        }
        return loads * CloudsimDay.INTERVAL_S * VmType.of(vm, trace.vms()).mips();
    }

    /** At a tick, an instant after a sample, load is that of two samples; at the first sample there is no tick. */
    private static boolean gone(LoadTrace trace, int vm, int sample) {
        return sample > 0 && trace.percent(vm, sample) == 0 && trace.load(vm, sample + 1) == 0;
    }
}
