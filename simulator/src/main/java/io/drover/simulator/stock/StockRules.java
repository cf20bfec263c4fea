package io.drover.simulator.stock;

import io.drover.simulator.SimulationException;
import io.drover.simulator.SimulationResult;
import io.drover.simulator.SimulationRules;
import io.drover.simulator.stock.policy.NoRoomException;
import io.drover.simulator.stock.policy.StockPolicies;
import io.drover.simulator.stock.policy.StockPolicy;
import io.drover.simulator.trace.LoadTrace;
import java.util.function.DoubleConsumer;

/**
 * The rules of the public PlanetLab experiment as CloudSim 3.0.3 plays it, bit for bit, slips included. Lines of the trace
 * are the machines in the experiment's order, sorted by name.
 */
public final class StockRules implements SimulationRules {
    /** Those of the experiment. */
    private static final int HOSTS = 800;

    @Override
    public String name() {
        return "stock";
    }

    @Override
    public String policies() {
        return StockPolicies.names();
    }

    @Override
    public boolean knows(String policy) {
        return StockPolicies.named(policy, 0).isPresent();
    }

    @Override
    public SimulationResult run(LoadTrace trace, String policy, Setting setting, DoubleConsumer progress)
            throws SimulationException {
        StockPolicy decides = StockPolicies.named(policy, setting.seed()).orElseThrow();
        var day = new StockDay(trace, decides, setting.hosts().orElse(HOSTS));
        try {
            return result(trace, policy, day, day.run(progress));
        } catch (NoRoomException e) {
            throw new SimulationException(trace.name() + ": " + e.getMessage(), e);
        }
    }

    private SimulationResult result(LoadTrace trace, String policy, StockDay day, Account account) {
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
