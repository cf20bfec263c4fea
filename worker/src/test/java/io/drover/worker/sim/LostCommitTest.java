package io.drover.worker.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.DiskId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmId;
import io.drover.schema.memory.MemoryDatabase.Backup;
import io.drover.schema.memory.MigrationRow;
import io.drover.worker.sim.control.SimFaults;
import io.drover.worker.sim.control.SimFleet;
import io.drover.worker.sim.control.SimWorld;
import io.drover.worker.sim.host.SimHost;
import io.drover.worker.sim.host.SimProcess;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The database is restored to a time before the VM was given away, and has forgotten that it was. */
@Tag("attack")
class LostCommitTest {
    private static final MigrationId ID = new MigrationId(new UUID(0, 1));
    private static final Duration RESTORED_AFTER = Duration.ofSeconds(5);
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private final SimWorld world = new SimWorld(1);
    private final SimFleet fleet = new SimFleet(world, new SimFaults(0));
    private final SimHost source = fleet.addHost("host-a");
    private final SimHost destination = fleet.addHost("host-b");
    private final VmId vm = fleet.addVm("vm-1", 1, source);
    /** What the database held when the migration came into each state; null is before it was submitted. */
    private final Map<MigrationState, Backup> backups = new EnumMap<>(MigrationState.class);

    private final Backup beforeTheTask = fleet.database().backup();
    private boolean restored;

    /** What becomes of the source's host while the database is away. */
    enum Fate {
        WORKER_RESTARTED,
        WORKER_LIVES,
        REBOOTED
    }

    @BeforeEach
    void startWorkers() {
        fleet.hosts().forEach(fleet::startWorker);
    }

    @DisplayName("A5: a database that lost the give does not start the VM twice")
    @ParameterizedTest(name = "given {0}, the row comes back {1}, the source is {2}")
    @CsvSource({
        "RESUMING, UNKNOWN, REBOOTED",
        "RESUMING, UNKNOWN, WORKER_RESTARTED",
        "RESUMING, UNKNOWN, WORKER_LIVES",
        "RESUMING, SWITCHING, REBOOTED",
        "RESUMING, SWITCHING, WORKER_RESTARTED",
        "RESUMING, SWITCHING, WORKER_LIVES",
        "RESUMING, QUEUED, REBOOTED",
        "RESUMING, QUEUED, WORKER_RESTARTED",
        "RESUMING, QUEUED, WORKER_LIVES",
        "RESUMING, REPLICATING, REBOOTED",
        "RESUMING, REPLICATING, WORKER_RESTARTED",
        "FINISHING, UNKNOWN, REBOOTED",
        "FINISHING, UNKNOWN, WORKER_RESTARTED",
        "FINISHING, UNKNOWN, WORKER_LIVES",
        "FINISHING, SWITCHING, REBOOTED",
        "FINISHING, SWITCHING, WORKER_RESTARTED",
        "FINISHING, SWITCHING, WORKER_LIVES",
        "FINISHING, QUEUED, REBOOTED",
        "FINISHING, QUEUED, WORKER_RESTARTED",
        "FINISHING, QUEUED, WORKER_LIVES",
        "PULLING, UNKNOWN, REBOOTED",
        "PULLING, SWITCHING, REBOOTED",
        "PULLING, QUEUED, REBOOTED",
        "PULLING, UNKNOWN, WORKER_RESTARTED",
        "PULLING, SWITCHING, WORKER_RESTARTED"
    })
    void lostGive(MigrationState after, String comesBack, Fate fate) {
        submit("pre-copy");
        world.check(() -> watch(after, comesBack, fate));
        world.check(new LostCommits(fleet)::check);
        world.run(LIMIT, () -> false);
        assertThat(restored).as(world.trace()).isTrue();
        assertThat(destination.processes.get(vm)).as(world.trace()).matches(SimProcess::running);
        MigrationRow row = fleet.database().migrations.get(ID);
        if (row == null) {
            assertThat(fleet.database().vm(vm).power.name()).isEqualTo("STRANDED");
        } else {
            assertThat(row.state).as(world.trace()).isEqualTo(MigrationState.STRANDED);
            assertThat(row.reason).contains("it lost a commit");
        }
    }

    private void watch(MigrationState after, String comesBack, Fate fate) {
        MigrationRow row = fleet.database().migrations.get(ID);
        if (row == null || restored) {
            return;
        }
        backups.computeIfAbsent(row.state, state -> fleet.database().backup());
        boolean pulls = after == MigrationState.PULLING;
        if (row.state != (pulls ? MigrationState.FINISHING : after)
                || destination.processes.get(vm) == null
                || !destination.processes.get(vm).running()) {
            return;
        }
        restored = true;
        if (pulls) {
            row.state = MigrationState.PULLING;
        }
        // The link holds the source back: it must not retire before the backup is there.
        fleet.network().databaseDown(true);
        @Nullable Backup backup = backup(comesBack);
        if (fate != Fate.WORKER_LIVES) {
            if (fate == Fate.REBOOTED) {
                fleet.cutPower(source);
            } else {
                fleet.killWorker(source);
            }
        }
        world.later(RESTORED_AFTER, () -> {
            fleet.setBack(backup);
            fleet.network().databaseDown(false);
            if (fate == Fate.REBOOTED) {
                source.powerUp();
            }
            if (fate != Fate.WORKER_LIVES) {
                fleet.startWorker(source);
            }
        });
    }

    private Backup backup(String comesBack) {
        Backup found = comesBack.equals("UNKNOWN") ? beforeTheTask : backups.get(MigrationState.valueOf(comesBack));
        if (found == null) {
            throw new IllegalArgumentException(comesBack + " was never reached");
        }
        return found;
    }

    private void submit(String algorithm) {
        var task = new MigrationTask(
                ID, vm, source.id(), destination.id(), algorithm, Map.<DiskId, String>of(), null, "because");
        assertThat(fleet.database().submit(task)).isTrue();
        backups.put(MigrationState.QUEUED, fleet.database().backup());
    }
}
