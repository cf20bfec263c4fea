package io.drover.worker.sim;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.drover.worker.sim.control.Parts;
import io.drover.worker.sim.control.SimFaults;
import io.drover.worker.sim.control.SimFleet;
import io.drover.worker.sim.control.SimWorld;
import io.drover.worker.sim.host.SimHost;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
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
            "a block asked for by the guest",
            "a disk is pulled",
            "a second worker of a host is shut out",
            "a sync failed",
            "an Error went through a loop",
            "no space left for a block",
            "started cold while FINISHING");
    private static final Duration LIMIT = Duration.ofMinutes(15);

    /** Thousands of simulated crashes are not news; one seed's are. */
    @BeforeAll
    static void quiet() {
        for (String part : List.of("io.drover.worker.migration", "io.drover.worker.replication")) {
            if (!Seeds.alone() && LoggerFactory.getLogger(part) instanceof Logger log) {
                log.setLevel(Level.OFF);
            }
        }
    }

    @Test
    void keepsEveryGuestWhateverBreaks() {
        Seeds.run("MigrationSimulationTest", 1, MUST_BE_REACHED, (world, severity) -> simulate(world, severity, false));
    }

    /** VMs are stopped and started by people while they are migrated. */
    @Test
    void keepsEveryStoppedVmWhateverBreaks() {
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

    /**
     * Nothing can be promised of what such a disk was told to keep; a VM has one owner and one runner all the
     * same.
     */
    @Test
    @DisplayName("K22: disks that lie about their flushes lose writes, and never make two of one VM")
    @Tag("attack")
    void oneOwnerOverDisksThatLie() {
        Seeds.run(
                "MigrationSimulationTest",
                0.2,
                List.of("-> completed", "a disk that lies about its flushes lost what it was told to keep"),
                (world, severity) -> {
                    SimFleet fleet = fleet(world, severity);
                    fleet.hosts().forEach(host -> host.lies = world.chance(0.7));
                    world.check(new Invariants(fleet)::check);
                    new RoughTimes(fleet, severity).begin(5);
                    world.run(Duration.ofMinutes(3), () -> false);
                    return world.counts();
                });
    }

    private static Map<String, Integer> simulate(SimWorld world, double severity, boolean wishes) {
        return live(fleet(world, severity), severity, wishes);
    }

    /** The life of a fleet whose workers have started. */
    static Map<String, Integer> live(SimFleet fleet, double severity, boolean wishes) {
        SimWorld world = fleet.world();
        var invariants = new Invariants(fleet);
        var times = new RoughTimes(fleet, severity);
        if (wishes) {
            new PowerWishes(fleet).begin(6);
        } else if (world.chance(0.2)) {
            new PowerWishes(fleet).some(3);
        }
        world.check(invariants::check);
        world.check(new Frozen(fleet)::check);
        times.begin(5);
        boolean settled = world.run(LIMIT, () -> times.over() && invariants.settled());
        if (!settled) {
            throw world.violation("not settled: " + invariants.unsettled());
        }
        invariants.checkEnd();
        return world.counts();
    }

    /** Three hosts, three VMs. */
    static SimFleet fleet(SimWorld world, double severity) {
        return fleet(world, severity, fleet -> Parts.WHOLE);
    }

    static SimFleet fleet(SimWorld world, double severity, Function<SimFleet, Parts> parts) {
        var fleet = new SimFleet(world, new SimFaults(severity));
        fleet.parts(parts.apply(fleet));
        SimHost a = fleet.addHost("host-a");
        SimHost b = fleet.addHost("host-b");
        fleet.addHost("host-c");
        fleet.addVm("vm-1", 1, a);
        fleet.addVm("vm-2", 2, a);
        fleet.addVm("vm-3", 3, b);
        fleet.hosts().forEach(fleet::startWorker);
        return fleet;
    }
}
