package io.drover.worker.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.DiskId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmId;
import io.drover.schema.memory.MigrationRow;
import io.drover.worker.sim.control.SimFaults;
import io.drover.worker.sim.control.SimFleet;
import io.drover.worker.sim.control.SimWorld;
import io.drover.worker.sim.host.SimHost;
import io.drover.worker.sim.host.SimProcess;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Migrations that nothing brings to an end any more but a person, or a count. */
@Tag("attack")
class LostArrivalTest {
    private static final MigrationId ID = new MigrationId(new UUID(0, 1));
    private final SimWorld world = new SimWorld(1);
    private final SimFleet fleet = new SimFleet(world, new SimFaults(0));
    private final SimHost source = fleet.addHost("host-a");
    private final SimHost destination = fleet.addHost("host-b");
    private final VmId vm = fleet.addVm("vm-1", 1, source);

    @BeforeEach
    void startWorkers() {
        fleet.hosts().forEach(fleet::startWorker);
    }

    @DisplayName("S6: a destination that lost its state folder does not give back a guest that ran there")
    @ParameterizedTest(name = "its records are lost too: {0}")
    @ValueSource(booleans = {false, true})
    void lostStateFolder(boolean everything) {
        boolean[] done = new boolean[1];
        world.check(() -> {
            MigrationRow row = fleet.database().migrations.get(ID);
            SimProcess arrived = destination.processes.get(vm);
            if (!done[0]
                    && row != null
                    && row.state == MigrationState.RESUMING
                    && arrived != null
                    && arrived.running()) {
                done[0] = true;
                fleet.killWorker(destination);
                world.later(Duration.ofSeconds(2), () -> comeBackWithout(arrived, everything));
            }
        });
        MigrationRow row = migrate(Duration.ofMinutes(6));
        assertThat(row.state).as(world.trace()).isEqualTo(MigrationState.STRANDED);
        assertThat(row.reason).contains(everything ? "nothing is prepared here" : "the marks of host-b are lost");
        assertThat(source.processes.values()).noneMatch(SimProcess::running);
    }

    private void comeBackWithout(SimProcess arrived, boolean everything) {
        arrived.die();
        destination.marks.clear();
        destination.reserved.clear();
        if (everything) {
            destination.records.clear();
        }
        fleet.startWorker(destination);
    }

    @Test
    @DisplayName("K13: a guest that never resumes after its mark strands the migration")
    void neverResumes() {
        world.check(() -> {
            SimProcess arrived = destination.processes.get(vm);
            if (arrived != null) {
                arrived.resumes = false;
            }
        });
        MigrationRow row = migrate(Duration.ofMinutes(6));
        assertThat(row.state).as(world.trace()).isEqualTo(MigrationState.STRANDED);
        assertThat(row.reason).contains("the guest may run here and does not: failed to get the write lock");
    }

    @Test
    @DisplayName("S2: a link that breaks in every attempt ends the migration after a hundred of them")
    void linkThatAlwaysBreaks() {
        boolean[] cut = new boolean[1];
        world.check(() -> {
            MigrationRow row = fleet.database().migrations.get(ID);
            if (row != null && row.attempt == 0) {
                // Those before moved something, each a little.
                row.attempt = 99;
            }
            if (row != null && row.state == MigrationState.REPLICATING && !cut[0]) {
                cut[0] = true;
                fleet.cutLink(source, destination);
                fleet.mendLink(source, destination);
            }
        });
        MigrationRow row = migrate(Duration.ofMinutes(6));
        assertThat(row.state).as(world.trace()).isEqualTo(MigrationState.ROLLED_BACK);
        assertThat(row.reason).startsWith("the link broke in 100 attempts, at last: ");
        assertThat(source.processes.get(vm)).matches(SimProcess::running);
    }

    private MigrationRow migrate(Duration limit) {
        var task = new MigrationTask(
                ID, vm, source.id(), destination.id(), "pre-copy", Map.<DiskId, String>of(), null, "because");
        // By then the guest has written something.
        world.later(Duration.ofSeconds(15), () -> fleet.database().submit(task));
        world.run(limit, () -> {
            MigrationRow row = fleet.database().migrations.get(ID);
            return row != null && (row.state.terminal() || row.state == MigrationState.STRANDED);
        });
        return fleet.database().row(ID);
    }
}
