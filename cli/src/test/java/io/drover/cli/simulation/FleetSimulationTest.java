package io.drover.cli.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.drover.messages.VmId;
import io.drover.schema.scheduler.Labels;
import io.drover.worker.sim.Invariants;
import io.drover.worker.sim.RoughTimes;
import io.drover.worker.sim.Seeds;
import io.drover.worker.sim.control.SimFaults;
import io.drover.worker.sim.control.SimFleet;
import io.drover.worker.sim.control.SimWorld;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Schedulers, broker and workers together under many seeds: an overloaded host, requests, crashes and delays. A failure
 * prints its seed and how to run it again: see {@link Seeds}.
 */
class FleetSimulationTest {
    private static final List<String> MUST_BE_REACHED = List.of(
            "the balancer's move completed",
            "a message taken over twice",
            "posted again after a lost wake-up",
            "a scheduler died between commit and publish",
            "a dead scheduler's balance done by another",
            "arrived without a confirmation",
            "held while the database was away",
            "asked again",
            "-> completed",
            "-> rolled_back",
            "-> cancelled");
    private static final Duration LIMIT = Duration.ofMinutes(15);
    private static final Duration MENDED_AT = Duration.ofSeconds(61);

    /** Thousands of simulated crashes are not news; one seed's are. */
    @BeforeAll
    static void quiet() {
        if (!Seeds.alone()) {
            level(Level.OFF);
        }
    }

    @AfterAll
    static void loud() {
        level(null);
    }

    @Test
    void everyTaskEndsAndEveryOverloadIsAnswered() {
        Seeds.run("FleetSimulationTest", 1, MUST_BE_REACHED, FleetSimulationTest::live);
    }

    /** Two VMs of the overloaded host belong together: whoever moves one of them moves both, or none. */
    @Test
    @Tag("attack")
    @DisplayName("A17: moves that only make sense together are submitted together")
    void bundles() {
        Seeds.run(
                "FleetSimulationTest",
                0.1,
                List.of("a bundle submitted whole"),
                (world, severity) -> live(world, severity, vms -> {
                    Map<String, String> pair = Map.of("drover.affinity", "pair");
                    return new Labels(Map.of(), Map.of(vms.get(0), pair, vms.get(1), pair));
                }));
    }

    private static Map<String, Integer> live(SimWorld world, double severity) {
        return live(world, severity, vms -> Labels.NONE);
    }

    private static Map<String, Integer> live(SimWorld world, double severity, Function<List<VmId>, Labels> said) {
        var fleet = new SimFleet(world, new SimFaults(severity));
        var control = new SimControl(fleet, severity);
        List<VmId> vms = control.populate();
        fleet.database().label(said.apply(vms));
        var invariants = new Invariants(fleet);
        var checks = new ControlChecks(control);
        var times = new RoughTimes(fleet, severity);
        var roughControl = new RoughControl(control, vms, severity);
        control.start();
        world.check(invariants::check);
        times.begin(0);
        roughControl.begin();
        boolean settled = world.run(
                LIMIT, () -> times.over() && roughControl.over() && checks.calm(MENDED_AT) && invariants.settled());
        if (!settled) {
            throw world.violation("not settled: " + invariants.unsettled());
        }
        invariants.checkEnd();
        checks.checkEnd();
        return world.counts();
    }

    private static void level(@Nullable Level level) {
        if (LoggerFactory.getLogger("io.drover") instanceof Logger log) {
            log.setLevel(level);
        }
    }
}
