package io.drover.worker.sim;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * The real steps, runner and destination under many seeds. A failure prints its seed and how to run it again: see
 * {@link Seeds}.
 */
class MigrationSimulationTest {
    private static final List<String> MUST_BE_REACHED = List.of(
            "-> completed",
            "-> rolled_back",
            "-> cancelled",
            "-> rejected",
            "given back",
            "turned back in doubt",
            "turned back after a give back",
            "late give refused",
            "give carried out late",
            "taken up again, then completed",
            "taken up again, then rolled_back",
            "started cold while FINISHING");
    private static final Duration LIMIT = Duration.ofMinutes(15);

    /** Thousands of simulated crashes are not news; one seed's are. */
    @BeforeAll
    static void quiet() {
        if (!Seeds.alone() && LoggerFactory.getLogger("io.drover.worker.migration") instanceof Logger log) {
            log.setLevel(Level.OFF);
        }
    }

    @Test
    void keepsEveryGuestWhateverBreaks() {
        Seeds.run("MigrationSimulationTest", 1, MUST_BE_REACHED, (world, severity) -> simulate(world, severity, false));
    }

    /** Machines are stopped and started by people while they are migrated. */
    @Test
    void keepsEveryStoppedMachineWhateverBreaks() {
        Seeds.run(
                "MigrationSimulationTest",
                0.4,
                List.of(
                        "-> completed",
                        "-> rolled_back",
                        "arrived stopped",
                        "wanted RUNNING while REPLICATING",
                        "turned back in doubt",
                        "taken up again, then completed"),
                (world, severity) -> simulate(world, severity, true));
    }

    private static Map<String, Integer> simulate(SimWorld world, double severity, boolean wishes) {
        var fleet = fleet(world, severity);
        var invariants = new Invariants(fleet);
        var times = new RoughTimes(fleet, severity);
        if (wishes) {
            new PowerWishes(fleet).begin(6);
        }
        world.check(invariants::check);
        times.begin(5);
        boolean settled = world.run(LIMIT, () -> times.over() && invariants.settled());
        if (!settled) {
            throw world.violation("not settled: " + invariants.unsettled());
        }
        invariants.checkEnd();
        return world.counts();
    }

    /** Three hosts, three machines. */
    static SimFleet fleet(SimWorld world, double severity) {
        var fleet = new SimFleet(world, new SimFaults(severity));
        SimHost a = fleet.addHost("host-a");
        SimHost b = fleet.addHost("host-b");
        fleet.addHost("host-c");
        fleet.addMachine("vm-1", 1, a);
        fleet.addMachine("vm-2", 2, a);
        fleet.addMachine("vm-3", 3, b);
        fleet.hosts().forEach(fleet::startWorker);
        return fleet;
    }
}
