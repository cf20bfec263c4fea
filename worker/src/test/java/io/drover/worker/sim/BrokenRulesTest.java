package io.drover.worker.sim;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.drover.worker.sim.control.Parts;
import io.drover.worker.sim.control.SimFleet;
import io.drover.worker.sim.control.SimWorld;
import io.drover.worker.sim.control.SimWorld.Violation;
import io.drover.worker.sim.host.SimHost.StateFolder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/**
 * The simulation finds what it is there to find: workers that keep every rule but one are caught, by what that rule is
 * about. {@code -Dfirst=N} begins at another seed than where each is known to be found soon;
 * {@code -Drules.seeds=COUNT} bounds the search.
 */
@Execution(ExecutionMode.CONCURRENT) // each world is alone with its seed
class BrokenRulesTest {
    private static final int SEEDS_MAX = Integer.getInteger("rules.seeds", 10_000);
    private static final Pattern TWICE = Pattern.compile("runs on host-. and on host-.|with old memory");
    /** The copy of a host has disks of before as well. */
    private static final Pattern COPIED = Pattern.compile(TWICE + "|with an old disk");

    /** Or it did run where nobody knows of it: what it left there is nobody's, and nobody sends it a block that it waits for. */
    private static final Pattern ELSEWHERE =
            Pattern.compile("runs on|does not hold|has stood still|host-. keeps (image|a process|\\[0)");

    private static final Pattern OLD = Pattern.compile("with an old disk|does not hold");
    private static final Pattern STANDS_STILL = Pattern.compile("has stood still|not settled");

    /** Thousands of simulated crashes are not news. */
    @BeforeAll
    static void quiet() {
        for (String part : List.of("io.drover.worker.migration", "io.drover.worker.replication")) {
            if (LoggerFactory.getLogger(part) instanceof Logger log) {
                log.setLevel(Level.OFF);
            }
        }
    }

    /** How a world is lived in by workers that are built so. */
    @FunctionalInterface
    interface Scenario {
        Map<String, Integer> live(SimWorld world, Function<SimFleet, Parts> parts);
    }

    /**
     * @param kind what a violation of this rule says
     * @param first the seed from which on it is found soon
     */
    record Rule(String name, Scenario scenario, Function<SimFleet, Parts> parts, Pattern kind, long first) {
        Rule(String name, Scenario scenario, Function<SimFleet, Parts> parts, Pattern kind) {
            this(name, scenario, parts, kind, 1);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Rule> rules() {
        Scenario rough = BrokenRulesTest::rough;
        return Stream.of(
                new Rule(
                        "authority is taken from the message",
                        rough,
                        fleet -> new BrokenRule.AuthorityFromTheMessage(),
                        Pattern.compile("does not hold|is not at rest")),
                new Rule("a failed sync is forgotten", rough, fleet -> new BrokenRule.FailedSyncForgotten(), OLD, 101),
                new Rule(
                        "an Error ends a loop and nobody hears of it",
                        rough,
                        fleet -> new BrokenRule.ErrorSwallowed(),
                        STANDS_STILL,
                        26_501),
                new Rule(
                        "a full disk freezes the guest",
                        BrokenRulesTest::full,
                        fleet -> new BrokenRule.FullDiskFreezes(),
                        STANDS_STILL),
                new Rule(
                        "contrary evidence is ignored",
                        (world, parts) -> LostCommitSimulationTest.setBack(fleet(world, parts), 1),
                        fleet -> new BrokenRule.EvidenceIgnored(fleet.database()),
                        Pattern.compile("runs on|does not hold")),
                new Rule("two workers of a host are taken", rough, fleet -> new BrokenRule.NoFence(), COPIED),
                new Rule(
                        "the guest is resumed before the give",
                        rough,
                        fleet -> new BrokenRule.ResumeBeforeTheGive(fleet.database()),
                        ELSEWHERE),
                new Rule("undo after the give", rough, fleet -> new BrokenRule.UndoAfterTheGive(), TWICE),
                new Rule(
                        "the bulk goes over newer blocks",
                        rough,
                        fleet -> new BrokenRule.BulkOverNewer(),
                        Pattern.compile("with an old disk|does not hold|differs between")),
                new Rule(
                        "the mark that it may run comes after it does",
                        rough,
                        fleet -> new BrokenRule.MarkAfterCont(),
                        ELSEWHERE),
                new Rule("complete is said without an fsync", rough, fleet -> new BrokenRule.NoSync(), OLD),
                new Rule(
                        "the epoch is not looked at",
                        rough,
                        fleet -> new BrokenRule.EpochUnchecked(),
                        Pattern.compile("runs on|does not hold|not settled|has stood still")));
    }

    @ParameterizedTest
    @MethodSource("rules")
    @Tag("attack")
    @DisplayName("K22: a broken rule is found, and as what it is")
    void isFound(Rule rule) {
        long first = Long.getLong("first", rule.first());
        for (long seed = first; seed < first + SEEDS_MAX; seed++) {
            Optional<Violation> found = violation(rule, seed);
            if (found.isPresent()) {
                assertThat(found.get().getMessage())
                        .as("seed %d breaks something else than '%s'", seed, rule)
                        .containsPattern(rule.kind());
                System.out.printf(
                        "| %s | %d | seed %d: %s |%n",
                        rule,
                        seed - first + 1,
                        seed,
                        String.valueOf(found.get().getMessage())
                                .lines()
                                .findFirst()
                                .orElse(""));
                return;
            }
        }
        throw new AssertionError(SEEDS_MAX + " seeds from " + first + " on do not find that " + rule);
    }

    private static Optional<Violation> violation(Rule rule, long seed) {
        try {
            rule.scenario().live(new SimWorld(seed), rule.parts());
            return Optional.empty();
        } catch (Violation e) {
            return Optional.of(e);
        }
    }

    @Test
    @DisplayName("A1: a source that speaks of another disk than the database gets nowhere, and nobody is hurt")
    @Tag("attack")
    void lyingSource() {
        for (long seed = 1; seed <= 20; seed++) {
            assertThat(rough(new SimWorld(seed), fleet -> new BrokenRule.LyingSource()))
                    .doesNotContainKey("-> replicating");
        }
    }

    @Test
    @DisplayName("A4: no guest stands still while state folders are full for minutes")
    @Tag("attack")
    void fullFolders() {
        Seeds.run(
                "BrokenRulesTest",
                0.1,
                List.of("-> completed", "a mark was not written: ABORTED"),
                (world, severity) -> full(world, fleet -> Parts.WHOLE));
    }

    private static SimFleet fleet(SimWorld world, Function<SimFleet, Parts> parts) {
        return MigrationSimulationTest.fleet(world, 1, parts);
    }

    private static Map<String, Integer> rough(SimWorld world, Function<SimFleet, Parts> parts) {
        return MigrationSimulationTest.live(fleet(world, parts), 1, false);
    }

    /** From some moment on no state folder takes anything, for longer than anything else lasts. */
    private static Map<String, Integer> full(SimWorld world, Function<SimFleet, Parts> parts) {
        SimFleet fleet = fleet(world, parts);
        StateFolder how = world.chance(0.5) ? StateFolder.FULL : StateFolder.BROKEN;
        world.later(world.between(Duration.ZERO, Duration.ofSeconds(40)), () -> {
            world.note("state folders take nothing");
            fleet.hosts().forEach(host -> host.stateFolder = how);
        });
        world.later(Duration.ofMinutes(5), () -> fleet.hosts().forEach(host -> host.stateFolder = StateFolder.ROOM));
        return MigrationSimulationTest.live(fleet, 0.3, false);
    }
}
