package io.drover.simulator.localdisk;

import io.drover.simulator.SimulationException;
import io.drover.simulator.SimulationResult;
import io.drover.simulator.SimulationRules;
import io.drover.simulator.cloudsim.Floor;
import io.drover.simulator.localdisk.policy.LocalDiskPolicies;
import io.drover.simulator.localdisk.policy.LocalDiskPolicy;
import io.drover.simulator.trace.LoadTrace;
import java.util.function.DoubleConsumer;

/**
 * Rules under which a move costs what it costs: VMs stay all day, memory and drives are enforced, local disks
 * travel over links of 1 and 10 Gbit/s and take their time. docs/scheduling.md tells all of them.
 */
public final class LocalDiskRules implements SimulationRules {
    @Override
    public String name() {
        return "local-disk";
    }

    @Override
    public String policies() {
        return LocalDiskPolicies.names();
    }

    @Override
    public boolean knows(String policy) {
        return LocalDiskPolicies.knows(policy);
    }

    @Override
    public SimulationResult run(LoadTrace trace, String policy, Setting setting, DoubleConsumer progress)
            throws SimulationException {
        LocalDiskPolicy decides = LocalDiskPolicies.named(policy, setting.seed());
        int hosts = setting.hosts().orElseGet(() -> Hardware.hostsFor(trace, new Population(trace, setting.seed())));
        LocalDiskDay day = day(trace, decides, hosts, setting.seed());
        LocalDiskTotals account = day.run(progress);
        return result(trace, policy, day, account, new Hindsight(trace, hosts, setting.seed()));
    }

    private static LocalDiskDay day(LoadTrace trace, LocalDiskPolicy policy, int hosts, long seed)
            throws SimulationException {
        try {
            return new LocalDiskDay(trace, policy, hosts, seed);
        } catch (IllegalStateException e) {
            throw new SimulationException(trace.name() + ": " + e.getMessage(), e);
        }
    }

    private SimulationResult result(
            LoadTrace trace, String policy, LocalDiskDay day, LocalDiskTotals account, Hindsight hindsight) {
        return new SimulationResult(
                trace.name(),
                policy,
                name(),
                account.kilowattHours(),
                Floor.kilowattHoursOfAll(trace),
                account.moves(),
                0,
                0,
                0,
                0,
                account.shutdowns(),
                account.overloadS(),
                account.starvedVmS(),
                account.movedTb(),
                account.movesBack(),
                day.planMs(),
                hindsight.tbFor(account.overloadS()));
    }
}
