package io.drover.worker.sim;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.drover.schema.memory.MemoryDatabase.Backup;
import io.drover.worker.sim.control.SimFleet;
import io.drover.worker.sim.control.SimWorld;
import io.drover.worker.sim.host.SimHost;
import io.drover.worker.sim.host.SimHost.StateFolder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Rough times in which the database is set back to an earlier hour once, or state folders take nothing for a while. */
@Tag("attack")
class LostCommitSimulationTest {
    private static final String NAME = "LostCommitSimulationTest";
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration ROUGH = Duration.ofSeconds(60);

    @BeforeAll
    static void quiet() {
        if (!Seeds.alone() && LoggerFactory.getLogger("io.drover.worker.migration") instanceof Logger log) {
            log.setLevel(Level.OFF);
        }
    }

    @Test
    @DisplayName("A5: no VM runs twice or from an old disk whenever the database is set back")
    void setBack() {
        Seeds.run(
                NAME,
                0.2,
                List.of("the database was set back", "-> stranded", "-> completed"),
                LostCommitSimulationTest::setBack);
    }

    @Test
    @DisplayName("A4: every VM comes through though state folders are full for a while")
    void fullFolders() {
        Seeds.run(
                NAME,
                0.2,
                List.of(
                        "a mark was not written: GIVING",
                        "a mark was not written: ABORTED",
                        "a mark was not written: MAY_RUN",
                        "given back",
                        "-> completed"),
                LostCommitSimulationTest::fullFolders);
    }

    private static Map<String, Integer> setBack(SimWorld world, double severity) {
        return setBack(MigrationSimulationTest.fleet(world, severity), severity);
    }

    static Map<String, Integer> setBack(SimFleet fleet, double severity) {
        SimWorld world = fleet.world();
        Backup[] backup = {fleet.database().backup()};
        world.later(
                world.between(Duration.ZERO, ROUGH),
                () -> backup[0] = fleet.database().backup());
        world.later(world.between(Duration.ofSeconds(1), ROUGH), () -> {
            fleet.network().databaseDown(true);
            world.later(world.millis(10, 6000), () -> {
                fleet.setBack(backup[0]);
                fleet.network().databaseDown(false);
            });
        });
        world.check(new LostCommits(fleet)::check);
        new RoughTimes(fleet, severity * 0.5).begin(5);
        world.run(LIMIT, () -> false);
        return world.counts();
    }

    private static Map<String, Integer> fullFolders(SimWorld world, double severity) {
        SimFleet fleet = MigrationSimulationTest.fleet(world, severity);
        var invariants = new Invariants(fleet);
        var times = new RoughTimes(fleet, severity * 0.5);
        for (int i = 0; i < 12; i++) {
            world.later(world.between(Duration.ZERO, ROUGH), () -> fillOne(fleet));
        }
        world.check(invariants::check);
        times.begin(6);
        if (!world.run(Duration.ofMinutes(15), () -> times.over() && invariants.settled())) {
            throw world.violation("not settled: " + invariants.unsettled());
        }
        invariants.checkEnd();
        return world.counts();
    }

    private static void fillOne(SimFleet fleet) {
        SimWorld world = fleet.world();
        List<SimHost> hosts = List.copyOf(fleet.hosts());
        SimHost host = hosts.get(world.below(hosts.size()));
        host.stateFolder = world.chance(0.3) ? StateFolder.FULL : StateFolder.BROKEN;
        world.later(world.millis(100, 9000), () -> host.stateFolder = StateFolder.ROOM);
    }
}
