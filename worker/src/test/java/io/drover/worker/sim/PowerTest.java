package io.drover.worker.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.DiskId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmId;
import io.drover.schema.record.VmRecord.Power;
import io.drover.worker.sim.control.SimFaults;
import io.drover.worker.sim.control.SimFleet;
import io.drover.worker.sim.control.SimWorld;
import io.drover.worker.sim.host.SimHost;
import io.drover.worker.sim.host.SimProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** VMs that are wanted stopped and started side by side. */
@Tag("attack")
class PowerTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private final SimWorld world = new SimWorld(1);
    private final SimFleet fleet = new SimFleet(world, new SimFaults(0));
    private final SimHost host = fleet.addHost("host-a");
    private final SimHost other = fleet.addHost("host-b");
    private final VmId deaf1 = fleet.addVm("hx1", 1, host);
    private final VmId deaf2 = fleet.addVm("hx2", 2, host);
    private final VmId third = fleet.addVm("hx3", 3, host);

    @BeforeEach
    void twoGuestsDoNotHearThePowerButton() {
        for (VmId deaf : List.of(deaf1, deaf2)) {
            process(deaf).listens = false;
            want(deaf, Power.STOPPED);
        }
        process(third).die();
        fleet.database().vm(third).power = Power.STOPPED;
        want(third, Power.STOPPED);
        fleet.hosts().forEach(fleet::startWorker);
    }

    @Test
    @DisplayName("F23: a start does not wait for the stops of other VMs, nor they for each other")
    void stopsHoldNothing() {
        world.later(Duration.ofSeconds(3), () -> want(third, Power.RUNNING));
        assertThat(world.run(SOON, () -> fleet.database().vm(third).power == Power.RUNNING))
                .as(world.trace())
                .isTrue();
    }

    @Test
    @DisplayName("F23: guests that do not hear the power button are switched off side by side after a minute")
    void stopsEndTogether() {
        world.run(
                STOP_LIMIT.plus(SOON),
                () -> List.of(deaf1, deaf2).stream().noneMatch(host.processes::containsKey)
                        && fleet.database().vm(deaf2).power == Power.STOPPED);
        assertThat(host.processes).as(world.trace()).isEmpty();
        assertThat(world.now()).isGreaterThan(STOP_LIMIT);
    }

    @Test
    @DisplayName("F23: a migration of a VM that is being stopped is answered at once")
    void migrationIsAnswered() {
        var id = new MigrationId(new UUID(0, 1));
        world.later(
                Duration.ofSeconds(4),
                () -> fleet.database()
                        .submit(new MigrationTask(
                                id,
                                deaf1,
                                host.id(),
                                other.id(),
                                "pre-copy",
                                Map.<DiskId, String>of(),
                                null,
                                "because")));
        world.run(
                SOON,
                () -> fleet.database().migrations.containsKey(id)
                        && fleet.database().row(id).state.terminal());
        assertThat(fleet.database().row(id).state).as(world.trace()).isEqualTo(MigrationState.REJECTED);
        assertThat(fleet.database().row(id).reason)
                .isEqualTo("vm: hx1 is being stopped; it can be moved when that is over");
    }

    private void want(VmId vm, Power power) {
        fleet.database().vm(vm).wanted = power;
    }

    private SimProcess process(VmId vm) {
        SimProcess process = host.processes.get(vm);
        if (process == null) {
            throw new IllegalArgumentException("no process of " + vm);
        }
        return process;
    }
}
