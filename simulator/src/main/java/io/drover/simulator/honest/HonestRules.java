package io.drover.simulator.honest;

import io.drover.simulator.SimulationException;
import io.drover.simulator.SimulationResult;
import io.drover.simulator.SimulationRules;
import io.drover.simulator.honest.policy.HonestPolicies;
import io.drover.simulator.honest.policy.HonestPolicy;
import io.drover.simulator.stock.Floor;
import io.drover.simulator.trace.LoadTrace;
import java.util.function.DoubleConsumer;

/**
 * Rules under which a move costs what it costs: machines stay all day, memory and drives are enforced, local disks travel
 * over links of 1 and 10 Gbit/s and take their time. docs/scheduling.md tells all of them.
 */
public final class HonestRules implements SimulationRules {
    @Override
    public String name() {
        return "honest";
    }

    @Override
    public String policies() {
        return HonestPolicies.names();
    }

    @Override
    public boolean knows(String policy) {
        return HonestPolicies.knows(policy);
    }

    @Override
    public SimulationResult run(LoadTrace trace, String policy, Setting setting, DoubleConsumer progress)
            throws SimulationException {
        HonestPolicy decides = HonestPolicies.named(policy, setting.seed());
        int hosts = setting.hosts().orElseGet(() -> Hardware.hostsFor(trace, new Population(trace, setting.seed())));
        HonestDay day = day(trace, decides, hosts, setting.seed());
        HonestAccount account = day.run(progress);
        return result(trace, policy, day, account, new Hindsight(trace, hosts, setting.seed()));
    }

    private static HonestDay day(LoadTrace trace, HonestPolicy policy, int hosts, long seed)
            throws SimulationException {
        try {
            return new HonestDay(trace, policy, hosts, seed);
        } catch (IllegalStateException e) {
            throw new SimulationException(trace.name() + ": " + e.getMessage(), e);
        }
    }

    private SimulationResult result(
            LoadTrace trace, String policy, HonestDay day, HonestAccount account, Hindsight hindsight) {
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
