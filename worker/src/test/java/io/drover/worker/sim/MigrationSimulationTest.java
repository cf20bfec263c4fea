package io.drover.worker.sim;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * The real steps, runner and destination under many seeds. A failure prints its seed; {@code -Dseed=N} runs that one alone
 * and prints what happened.
 */
class MigrationSimulationTest {
    private static final int SEEDS = Integer.getInteger("seeds", 500);
    private static final String[] MUST_BE_REACHED = {
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
        "started cold while FINISHING"
    };
    private static final Duration LIMIT = Duration.ofMinutes(15);

    /** Thousands of simulated crashes are not news; one seed's are. */
    @BeforeAll
    static void quiet() {
        if (Long.getLong("seed") == null
                && LoggerFactory.getLogger("io.drover.worker.migration") instanceof Logger log) {
            log.setLevel(Level.OFF);
        }
    }

    @Test
    void keepsEveryGuestWhateverBreaks() {
        simulateAll(
                SEEDS, List.of(MUST_BE_REACHED), (seed, severity, reached) -> simulate(seed, severity, false, reached));
    }

    /** Machines are stopped and started by people while they are migrated. */
    @Test
    void keepsEveryStoppedMachineWhateverBreaks() {
        simulateAll(
                SEEDS * 2 / 5,
                List.of(
                        "-> completed",
                        "-> rolled_back",
                        "arrived stopped",
                        "wanted RUNNING while REPLICATING",
                        "turned back in doubt",
                        "taken up again, then completed"),
                (seed, severity, reached) -> simulate(seed, severity, true, reached));
    }

    /** One world. */
    @FunctionalInterface
    private interface Scenario {
        void run(long seed, double severity, Map<String, Integer> reached);
    }

    private static void simulateAll(int seeds, List<String> mustBeReached, Scenario scenario) {
        var reached = new TreeMap<String, Integer>();
        Long only = Long.getLong("seed");
        long first = only == null ? 1 : only;
        long last = only == null ? seeds : only;
        for (long seed = first; seed <= last; seed++) {
            // Every fifth world breaks nothing.
            scenario.run(seed, seed % 5 == 0 ? 0 : 1, reached);
        }
        System.out.println("reached in the simulation: " + reached);
        if (only == null) {
            // A scenario that never gets there proves nothing.
            assertThat(reached).containsKeys(mustBeReached.toArray(String[]::new));
        }
    }

    private static void simulate(long seed, double severity, boolean wishes, Map<String, Integer> reached) {
        var world = new SimWorld(seed);
        var fleet = new SimFleet(world, new SimFaults(severity));
        var invariants = new Invariants(fleet);
        var times = new RoughTimes(fleet, severity);
        try {
            populate(fleet);
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
        } catch (RuntimeException | Error e) {
            throw new AssertionError(
                    "seed " + seed + " (again: -Dtest=MigrationSimulationTest -Dseed=" + seed + "): " + e.getMessage()
                            + "\n" + world.trace(),
                    e);
        }
        if (Long.getLong("seed") != null) {
            System.out.println(world.trace());
        }
        world.counts().forEach((what, count) -> reached.merge(what, count, Integer::sum));
    }

    private static void populate(SimFleet fleet) {
        SimHost a = fleet.addHost("host-a");
        SimHost b = fleet.addHost("host-b");
        fleet.addHost("host-c");
        fleet.addMachine("vm-1", 1, a);
        fleet.addMachine("vm-2", 2, a);
        fleet.addMachine("vm-3", 3, b);
        fleet.hosts().forEach(fleet::startWorker);
    }
}
