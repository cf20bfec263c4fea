package io.drover.worker.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.DiskId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmId;
import io.drover.schema.memory.MemoryDatabase.Backup;
import io.drover.schema.memory.MigrationRow;
import io.drover.schema.memory.VmRow;
import io.drover.schema.record.VmRecord.Power;
import io.drover.worker.sim.control.SimFaults;
import io.drover.worker.sim.control.SimFleet;
import io.drover.worker.sim.control.SimWorld;
import io.drover.worker.sim.host.SimHost;
import io.drover.worker.sim.host.SimProcess;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What docs/operating/troubleshooting.md tells a person to do about a stranded migration: once the row is changed as it
 * says there, the workers bring the migration to an end by themselves.
 */
class RepairTest {
    private static final MigrationId ID = new MigrationId(new UUID(0, 1));
    private static final Duration LIMIT = Duration.ofMinutes(8);
    private static final Duration A_PERSON_COMES = Duration.ofSeconds(30);

    private final SimWorld world = new SimWorld(1);
    private final SimFleet fleet = new SimFleet(world, new SimFaults(0));
    private final SimHost source = fleet.addHost("host-a");
    private final SimHost destination = fleet.addHost("host-b");
    private final VmId vm = fleet.addVm("vm-1", 1, source);
    private final Backup beforeTheTask = fleet.database().backup();
    private boolean repaired;

    @BeforeEach
    void startWorkers() {
        fleet.hosts().forEach(fleet::startWorker);
        var task = new MigrationTask(
                ID, vm, source.id(), destination.id(), "pre-copy", Map.<DiskId, String>of(), null, "because");
        world.later(Duration.ofSeconds(15), () -> fleet.database().submit(task));
    }

    @Test
    void theDestinationsCopyIsKept() {
        neverResumesAtTheDestination();
        whenStranded(row -> {
            processAt(destination).die();
            row.state = MigrationState.FINISHING;
        });
        assertThat(ends()).as(world.trace()).isEqualTo(MigrationState.COMPLETED);
        assertThat(processAt(destination)).matches(SimProcess::running);
        assertThat(source.processes).isEmpty();
    }

    @Test
    void theSourcesCopyIsKept() {
        neverResumesAtTheDestination();
        whenStranded(row -> {
            // One more than any mark of either host says.
            own(source, row.epoch + 2);
            row.state = MigrationState.ROLLING_BACK;
        });
        assertThat(ends()).as(world.trace()).isEqualTo(MigrationState.ROLLED_BACK);
        assertThat(processAt(source)).matches(SimProcess::running);
    }

    /** It keeps what it has for as long as a mark says that the guest may have run there. */
    @Test
    void theDestinationForgetsTheMigrationWithoutItsMark() {
        neverResumesAtTheDestination();
        whenStranded(row -> {
            destination.marks.remove(vm);
            own(source, row.epoch + 2);
            row.state = MigrationState.ROLLING_BACK;
        });
        world.run(LIMIT, () -> repaired && fleet.database().state(ID).terminal() && destination.records.isEmpty());
        assertThat(processAt(source)).as(world.trace()).matches(SimProcess::running);
        assertThat(destination.processes).isEmpty();
        // The VM had taken them over: a person puts them away.
        assertThat(destination.images).isNotEmpty();
    }

    @Test
    void aDestinationIsLostForGood() {
        boolean[] lost = new boolean[1];
        world.check(() -> {
            MigrationRow row = fleet.database().migrations.get(ID);
            if (!lost[0] && row != null && row.state == MigrationState.RESUMING) {
                lost[0] = true;
                fleet.cutPower(destination);
                world.later(A_PERSON_COMES, () -> row.state = MigrationState.STRANDED);
            }
        });
        whenStranded(row -> {
            own(source, row.epoch + 2);
            row.state = MigrationState.ROLLING_BACK;
        });
        assertThat(ends()).as(world.trace()).isEqualTo(MigrationState.ROLLED_BACK);
        assertThat(processAt(source)).matches(SimProcess::running);
    }

    @Test
    void aLostGiveIsPutRightAtTheDestination() {
        Backup[] switching = new Backup[1];
        world.check(() -> {
            MigrationRow row = fleet.database().migrations.get(ID);
            if (row != null && row.state == MigrationState.SWITCHING && switching[0] == null) {
                switching[0] = fleet.database().backup();
            }
        });
        setBackOnceTheGuestRunsThere(switching);
        whenStranded(row -> {
            assertThat(row.reason).contains("it lost a commit");
            own(destination, row.epoch + 1);
            row.state = MigrationState.FINISHING;
        });
        assertThat(ends()).as(world.trace()).isEqualTo(MigrationState.COMPLETED);
        assertThat(processAt(destination)).matches(SimProcess::running);
        assertThat(source.processes).isEmpty();
    }

    @Test
    void aVmIsPutRightThatIsInNoMigration() {
        setBackOnceTheGuestRunsThere(new Backup[] {beforeTheTask});
        boolean[] wasStranded = new boolean[1];
        world.check(() -> {
            if (!wasStranded[0] && fleet.database().vm(vm).power == Power.STRANDED) {
                wasStranded[0] = true;
                world.later(A_PERSON_COMES, () -> {
                    own(destination, 3);
                    repaired = true;
                });
            }
        });
        boolean running = world.run(LIMIT, () -> repaired && fleet.database().vm(vm).power == Power.RUNNING);
        assertThat(running).as(world.trace()).isTrue();
        // The database knows nothing of the migration, so nobody can say whose this is: a person removes it.
        assertThat(destination.records).containsOnlyKeys(ID);
    }

    private void neverResumesAtTheDestination() {
        world.check(() -> {
            SimProcess arrived = destination.processes.get(vm);
            if (arrived != null) {
                arrived.resumes = false;
            }
        });
    }

    private void setBackOnceTheGuestRunsThere(Backup[] to) {
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
                fleet.network().databaseDown(true);
                world.later(Duration.ofSeconds(5), () -> {
                    fleet.setBack(Objects.requireNonNull(to[0]));
                    fleet.network().databaseDown(false);
                });
            }
        });
    }

    /** Does as a person does, who looks at the row, some time after it was stranded. */
    private void whenStranded(Consumer<MigrationRow> repair) {
        boolean[] called = new boolean[1];
        world.check(() -> {
            MigrationRow row = fleet.database().migrations.get(ID);
            if (!called[0] && row != null && row.state == MigrationState.STRANDED) {
                called[0] = true;
                world.later(A_PERSON_COMES, () -> {
                    repair.accept(fleet.database().row(ID));
                    repaired = true;
                });
            }
        });
    }

    private void own(SimHost owner, long epoch) {
        VmRow row = fleet.database().vm(vm);
        row.owner = owner.id();
        row.epoch = epoch;
    }

    private MigrationState ends() {
        world.run(LIMIT, () -> repaired && fleet.database().state(ID).terminal());
        return fleet.database().state(ID);
    }

    private SimProcess processAt(SimHost host) {
        SimProcess process = host.processes.get(vm);
        assertThat(process).as("a process at " + host).isNotNull();
        return Objects.requireNonNull(process);
    }
}
