package io.drover.simulator.cloudsim;

import io.drover.simulator.SimulationException;
import io.drover.simulator.SimulationResult;
import io.drover.simulator.SimulationRules;
import io.drover.simulator.cloudsim.policy.CloudsimPolicies;
import io.drover.simulator.cloudsim.policy.CloudsimPolicy;
import io.drover.simulator.cloudsim.policy.NoRoomException;
import io.drover.simulator.trace.LoadTrace;
import java.util.function.DoubleConsumer;

/**
 * The rules of the public PlanetLab experiment as CloudSim 3.0.3 plays it, bit for bit, slips included. Lines of the
 * trace are the VMs in the experiment's order, sorted by name.
 */
public final class CloudsimRules implements SimulationRules {
    /** Those of the experiment. */
    private static final int HOSTS = 800;

    @Override
    public String name() {
        return "cloudsim";
    }

    @Override
    public String policies() {
        return CloudsimPolicies.names();
    }

    @Override
    public boolean knows(String policy) {
        return CloudsimPolicies.named(policy, 0).isPresent();
    }

    @Override
    public SimulationResult run(LoadTrace trace, String policy, Setting setting, DoubleConsumer progress)
            throws SimulationException {
        CloudsimPolicy decides = CloudsimPolicies.named(policy, setting.seed()).orElseThrow();
        var day = new CloudsimDay(trace, decides, setting.hosts().orElse(HOSTS));
        try {
            return result(trace, policy, day, day.run(progress));
        } catch (NoRoomException e) {
            throw new SimulationException(trace.name() + ": " + e.getMessage(), e);
        }
    }

    private SimulationResult result(LoadTrace trace, String policy, CloudsimDay day, CloudsimTotals account) {
        double slav = account.slatah() * account.pdm();
        return new SimulationResult(
                trace.name(),
                policy,
                name(),
                account.kilowattHours(),
                Floor.kilowattHours(trace),
                account.migrations(),
                account.slatah(),
                account.pdm(),
                slav,
                account.kilowattHours() * slav,
                account.shutdowns(),
                account.overloadS(),
                account.starvedVmS(),
                account.movedTb(),
                account.movesBack(),
                day.planMs(),
                null);
    }
}
