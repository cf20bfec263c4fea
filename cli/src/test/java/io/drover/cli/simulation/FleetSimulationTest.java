package io.drover.cli.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.drover.messages.VmId;
import io.drover.worker.sim.Invariants;
import io.drover.worker.sim.RoughTimes;
import io.drover.worker.sim.SimFaults;
import io.drover.worker.sim.SimFleet;
import io.drover.worker.sim.SimWorld;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Schedulers, broker and workers together under many seeds: an overloaded host, requests, crashes and delays. A failure
 * prints its seed; {@code -Dseed=N} runs that one alone and prints what happened.
 */
class FleetSimulationTest {
    private static final int SEEDS = Integer.getInteger("seeds", 500);
    private static final String[] MUST_BE_REACHED = {
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
        "-> cancelled"
    };
    private static final Duration LIMIT = Duration.ofMinutes(15);
    private static final Duration MENDED_AT = Duration.ofSeconds(61);

    /** Thousands of simulated crashes are not news; one seed's are. */
    @BeforeAll
    static void quiet() {
        if (Long.getLong("seed") == null) {
            level(Level.OFF);
        }
    }

    @AfterAll
    static void loud() {
        level(null);
    }

    @Test
    void everyTaskEndsAndEveryOverloadIsAnswered() {
        var reached = new TreeMap<String, Integer>();
        Long only = Long.getLong("seed");
        long first = only == null ? 1 : only;
        long last = only == null ? SEEDS : only;
        for (long seed = first; seed <= last; seed++) {
            // Every fifth world breaks nothing.
            simulate(seed, seed % 5 == 0 ? 0 : 1, only != null, reached);
        }
        System.out.println("reached in the simulation: " + reached);
        if (only == null) {
            // A scenario that never gets there proves nothing.
            assertThat(reached).containsKeys(MUST_BE_REACHED);
        }
    }

    private static void simulate(long seed, double severity, boolean tell, Map<String, Integer> reached) {
        var world = new SimWorld(seed);
        try {
            live(world, severity);
        } catch (RuntimeException | Error e) {
            throw new AssertionError(
                    "seed " + seed + " (again: ./dev simulation " + seed + "): " + e.getMessage() + "\n"
                            + world.trace(),
                    e);
        }
        if (tell) {
            System.out.println(world.trace());
        }
        world.counts().forEach((what, count) -> reached.merge(what, count, Integer::sum));
    }

    private static void live(SimWorld world, double severity) {
        var fleet = new SimFleet(world, new SimFaults(severity));
        var control = new SimControl(fleet, severity);
        List<VmId> vms = control.populate();
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
    }

    private static void level(@Nullable Level level) {
        if (LoggerFactory.getLogger("io.drover") instanceof Logger log) {
            log.setLevel(level);
        }
    }
}
