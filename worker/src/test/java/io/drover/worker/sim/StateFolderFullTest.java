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
import io.drover.worker.sim.host.SimHost.StateFolder;
import io.drover.worker.sim.host.SimProcess;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The state folder takes nothing more when a mark is to be written, from some state of the migration on. */
@Tag("attack")
class StateFolderFullTest {
    private static final MigrationId ID = new MigrationId(new UUID(0, 1));
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(30);
    private final SimWorld world = new SimWorld(1);
    private final SimFleet fleet = new SimFleet(world, new SimFaults(0));
    private final SimHost source = fleet.addHost("host-a");
    private final SimHost destination = fleet.addHost("host-b");
    private final VmId vm = fleet.addVm("vm-1", 1, source);
    private Duration lastRan = Duration.ZERO;
    private Duration longestPause = Duration.ZERO;

    @BeforeEach
    void startWorkers() {
        fleet.hosts().forEach(fleet::startWorker);
    }

    @DisplayName("A4: a full state folder at the switchover does not freeze the guest")
    @ParameterizedTest(name = "{0} is {2} from {1} on: {3}")
    @CsvSource({
        "host-a, SWITCHING, FULL, COMPLETED",
        "host-a, SWITCHING, BROKEN, ROLLED_BACK",
        "host-b, SWITCHING, FULL, COMPLETED",
        "host-b, SWITCHING, BROKEN, ROLLED_BACK",
        "host-b, RESUMING, FULL, COMPLETED",
        "host-b, RESUMING, BROKEN, ROLLED_BACK",
        "host-a, RESUMING, BROKEN, COMPLETED",
        "host-a, PREPARING, FULL, REJECTED",
        "host-b, PREPARING, FULL, REJECTED"
    })
    void full(String host, MigrationState from, StateFolder how, MigrationState end) {
        SimHost full = host.equals("host-a") ? source : destination;
        world.check(() -> {
            MigrationRow row = fleet.database().migrations.get(ID);
            if (row != null && row.state == from) {
                full.stateFolder = how;
            }
            measure();
        });
        world.check(new Invariants(fleet)::check);
        var task = new MigrationTask(
                ID, vm, source.id(), destination.id(), "pre-copy", Map.<DiskId, String>of(), null, "because");
        assertThat(fleet.database().submit(task)).isTrue();
        MigrationRow row = fleet.database().row(ID);
        boolean over = world.run(LIMIT, () -> row.state.terminal());
        assertThat(over)
                .as("after %s: %s, it stood still for %s\n%s", world.now(), row.state, longestPause, world.trace())
                .isTrue();
        assertThat(row.state).as(row.reason).isEqualTo(end);
        assertThat(longestPause).isLessThan(PAUSE_MAX);
        assertThat((end == MigrationState.COMPLETED ? destination : source).processes.get(vm))
                .matches(SimProcess::running);
    }

    private void measure() {
        boolean runs = fleet.hosts().stream()
                .map(host -> host.processes.get(vm))
                .anyMatch(process -> process != null && process.running());
        if (runs) {
            lastRan = world.now();
        } else if (world.now().minus(lastRan).compareTo(longestPause) > 0) {
            longestPause = world.now().minus(lastRan);
        }
    }
}
