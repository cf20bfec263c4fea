package io.drover.worker.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.DiskId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmId;
import io.drover.schema.memory.MigrationRow;
import io.drover.schema.record.VmRecord.Power;
import io.drover.worker.hypervisor.VmStatus;
import io.drover.worker.sim.control.SimFaults;
import io.drover.worker.sim.control.SimFleet;
import io.drover.worker.sim.control.SimWorld;
import io.drover.worker.sim.host.SimHost;
import io.drover.worker.sim.host.SimProcess;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A guest that does not run, in every state that a VM may have, before a move and in each state of it. */
@Tag("attack")
class GuestStatesTest {
    private static final MigrationId ID = new MigrationId(new UUID(0, 1));
    private static final Duration SOON = Duration.ofSeconds(5);
    private final SimWorld world = new SimWorld(1);
    private final SimFleet fleet = new SimFleet(world, new SimFaults(0));
    private final SimHost source = fleet.addHost("host-a");
    private final SimHost destination = fleet.addHost("host-b");
    private final VmId vm = fleet.addVm("vm-1", 1, source);

    @BeforeEach
    void startWorkers() {
        fleet.hosts().forEach(fleet::startWorker);
    }

    @DisplayName("F7b: what a VM does is recorded as it is")
    @ParameterizedTest
    @CsvSource({
        "RUNNING, RUNNING",
        "PAUSED, PAUSED",
        "SUSPENDED, SUSPENDED",
        "SHUT_DOWN, STOPPED",
        "IO_ERROR, IO_ERROR",
        "CRASHED, CRASHED",
        "INCOMING, STRANDED"
    })
    void recorded(VmStatus status, Power shown) {
        process().stand(status);
        world.run(SOON, () -> false);
        assertThat(fleet.database().vm(vm).power).isEqualTo(shown);
        assertThat(process().status()).isEqualTo(status);
    }

    @DisplayName("F7b: a VM that a dead migration left standing runs again")
    @Test
    void leftOver() {
        process().stand(VmStatus.POST_MIGRATE);
        world.run(SOON.multipliedBy(4), () -> false);
        assertThat(fleet.database().vm(vm).power).isEqualTo(Power.RUNNING);
        assertThat(process().running()).as(world.trace()).isTrue();
    }

    @DisplayName("F7b: a move of a guest that does not run is refused by name")
    @ParameterizedTest
    @EnumSource(names = {"PAUSED", "SUSPENDED", "SHUT_DOWN", "IO_ERROR", "CRASHED", "INCOMING"})
    void before(VmStatus status) {
        process().stand(status);
        MigrationRow row = migrate();
        assertThat(row.state).isEqualTo(MigrationState.REJECTED);
        assertThat(row.reason).contains(status.name().toLowerCase(Locale.ROOT));
        assertThat(process().status()).isEqualTo(status);
    }

    @DisplayName("F14: a guest that stops during a move ends it at once, with the reason, and stays as it is")
    @ParameterizedTest(name = "{0} while {1}")
    @CsvSource({
        "PAUSED, REPLICATING, somebody paused the guest",
        "SUSPENDED, REPLICATING, the guest went to sleep",
        "SHUT_DOWN, REPLICATING, the guest powered off",
        "IO_ERROR, REPLICATING, the guest was stopped by an error of a disk",
        "CRASHED, REPLICATING, the guest crashed",
        "PAUSED, SWITCHING, somebody paused the guest",
        "SUSPENDED, SWITCHING, the guest went to sleep",
        "SHUT_DOWN, SWITCHING, the guest powered off",
        "IO_ERROR, SWITCHING, the guest was stopped by an error of a disk",
        "CRASHED, SWITCHING, the guest crashed"
    })
    void during(VmStatus status, MigrationState when, String reason) {
        Duration[] stopped = new Duration[1];
        world.check(() -> {
            MigrationRow row = fleet.database().migrations.get(ID);
            if (row != null
                    && row.state == when
                    && stopped[0] == null
                    && process().running()) {
                stopped[0] = world.now();
                process().stand(status);
            }
        });
        MigrationRow row = migrate();
        assertThat(row.state).as(world.trace()).isEqualTo(MigrationState.ROLLED_BACK);
        assertThat(row.reason).contains(reason);
        assertThat(world.now().minus(stopped[0])).isLessThan(SOON);
        assertThat(process().status()).isEqualTo(status);
        assertThat(destination.processes).isEmpty();
    }

    private SimProcess process() {
        SimProcess process = source.processes.get(vm);
        if (process == null) {
            throw new IllegalStateException("the VM has no process at its source");
        }
        return process;
    }

    private MigrationRow migrate() {
        var task = new MigrationTask(
                ID, vm, source.id(), destination.id(), "pre-copy", Map.<DiskId, String>of(), null, "because");
        assertThat(fleet.database().submit(task)).isTrue();
        MigrationRow row = fleet.database().row(ID);
        world.run(Duration.ofMinutes(5), () -> row.state.terminal());
        return row;
    }
}
