package io.drover.worker.sim;

import io.drover.messages.MigrationId;
import io.drover.messages.MigrationTask;
import io.drover.messages.Verification;
import io.drover.messages.VmId;
import io.drover.schema.memory.VmRow;
import io.drover.worker.sim.control.Names;
import io.drover.worker.sim.control.SimFleet;
import io.drover.worker.sim.control.SimWorld;
import io.drover.worker.sim.host.SimHost;
import io.drover.worker.sim.host.SimProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What happens to a fleet while times are rough: migrations, cancels, and everything that may break. */
public final class RoughTimes {
    private static final Duration ROUGH = Duration.ofSeconds(60);
    private static final List<String> ALGORITHMS =
            List.of("stop-and-copy", "pre-copy", "pre-copy", "auto", "auto", "post-copy", "hybrid");
    private final SimWorld world;
    private final SimFleet fleet;
    private final double severity;
    private int submitted;
    private boolean over;

    /** {@code severity}: 0 breaks nothing. */
    public RoughTimes(SimFleet fleet, double severity) {
        this.world = fleet.world();
        this.fleet = fleet;
        this.severity = severity;
    }

    /** Begins; after a minute everything is mended. */
    public void begin(int migrations) {
        for (int i = 0; i < migrations; i++) {
            world.later(world.between(Duration.ZERO, ROUGH.dividedBy(2)), this::submit);
        }
        int breaks = (int) Math.round(severity * (2 + world.below(10)));
        for (int i = 0; i < breaks; i++) {
            world.later(world.between(Duration.ofMillis(500), ROUGH), this::breakSomething);
        }
        if (world.chance(0.05 * severity)) {
            world.later(world.between(Duration.ZERO, ROUGH), () -> fleet.copy(any()));
        }
        world.atMoment(this::perhapsNow);
        world.later(ROUGH.plusSeconds(1), this::mendEverything);
    }

    private void perhapsNow(boolean handover) {
        if (over || !world.chance((handover ? 0.1 : 0.03) * severity)) {
            return;
        }
        if (world.chance(0.3)) {
            world.note("the database answers few");
            fleet.faults().storm(0.4);
            world.later(world.millis(100, 1500), () -> fleet.faults().storm(0));
        } else {
            world.later(world.millis(0, 40), this::breakSomething);
        }
    }

    public boolean over() {
        return over;
    }

    public int submitted() {
        return submitted;
    }

    private void submit() {
        List<VmRow> vms = List.copyOf(fleet.database().vms.values());
        VmRow vm = vms.get(world.below(vms.size()));
        List<SimHost> others = fleet.hosts().stream()
                .filter(host -> !host.id().equals(vm.owner))
                .toList();
        SimHost destination = others.get(world.below(others.size()));
        var id = new MigrationId(new UUID(0, ++submitted));
        @Nullable Instant deadline = world.chance(0.1) ? world.clock().now().plus(world.millis(500, 6000)) : null;
        String algorithm = ALGORITHMS.get(world.below(ALGORITHMS.size()));
        VmId vmId = vm.definition.id();
        Verification verify = world.chance(0.3) ? Verification.FULL : Verification.READ_BACK;
        var task = new MigrationTask(
                id, vmId, vm.owner, destination.id(), algorithm, Map.of(), deadline, "because", null, null, verify);
        if (!fleet.database().submit(task)) {
            // Busy: somewhat later perhaps.
            world.later(Duration.ofSeconds(4), this::submitIfRough);
            return;
        }
        world.note("submitted %s of %s from %s to %s"
                .formatted(Names.of(id), vm.definition.name(), vm.owner, destination));
        if (world.chance(0.25)) {
            world.later(world.millis(0, 8000), () -> {
                world.note("cancel of " + Names.of(id));
                // A database that was set back may not know it.
                if (fleet.database().migrations.containsKey(id)) {
                    fleet.database().cancel(id);
                }
            });
        }
    }

    private void submitIfRough() {
        if (!over) {
            submit();
        }
    }

    private void breakSomething() {
        if (over) {
            return;
        }
        switch (world.below(9)) {
            case 0, 1, 2 -> dieForAWhile(any());
            case 3 -> losePowerForAWhile(any());
            case 4 -> cutForAWhile(any(), any());
            case 5 -> databaseAwayForAWhile(any());
            case 6 -> endAProcess(any());
            case 7 -> fillForAWhile(any());
            default -> powerOffAGuest(any());
        }
    }

    private SimHost any() {
        List<SimHost> hosts = List.copyOf(fleet.hosts());
        return hosts.get(world.below(hosts.size()));
    }

    private void dieForAWhile(SimHost host) {
        if (host.workerUp()) {
            fleet.killWorker(host);
            world.later(world.millis(10, 6000), () -> startWorker(host));
        }
    }

    private void startWorker(SimHost host) {
        if (host.powered() && !host.workerUp()) {
            fleet.startWorker(host);
        }
    }

    private void losePowerForAWhile(SimHost host) {
        if (host.powered()) {
            fleet.cutPower(host);
            world.later(world.millis(2000, 12000), () -> powerUp(host));
        }
    }

    private void powerUp(SimHost host) {
        if (!host.powered()) {
            host.powerUp();
            startWorker(host);
        }
    }

    private void cutForAWhile(SimHost one, SimHost other) {
        if (one != other) {
            fleet.cutLink(one, other);
            world.later(world.millis(10, 8000), () -> fleet.mendLink(one, other));
        }
    }

    private void databaseAwayForAWhile(SimHost host) {
        if (world.chance(0.5)) {
            world.note("the database is away");
            fleet.network().databaseDown(true);
            world.later(world.millis(10, 9000), () -> fleet.network().databaseDown(false));
        } else {
            world.note(host + " does not reach the database");
            fleet.network().databaseReachable(host.id(), false);
            world.later(world.millis(10, 9000), () -> fleet.network().databaseReachable(host.id(), true));
        }
    }

    private void fillForAWhile(SimHost host) {
        world.note(host + " has no room for images");
        host.imagesFull = true;
        world.later(world.millis(500, 20_000), () -> host.imagesFull = false);
    }

    private void endAProcess(SimHost host) {
        host.processes.values().stream()
                .skip(world.below(Math.max(1, host.processes.size())))
                .findFirst()
                .ifPresent(SimProcess::die);
    }

    private void powerOffAGuest(SimHost host) {
        host.processes.values().stream()
                .skip(world.below(Math.max(1, host.processes.size())))
                .findFirst()
                .ifPresent(SimProcess::powerOff);
    }

    private void mendEverything() {
        world.note("everything is mended");
        over = true;
        fleet.faults().quiet();
        fleet.network().databaseDown(false);
        List<SimHost> hosts = List.copyOf(fleet.hosts());
        for (SimHost host : hosts) {
            fleet.network().databaseReachable(host.id(), true);
            host.imagesFull = false;
            hosts.stream()
                    .filter(other -> other != host)
                    .forEach(other -> fleet.network().mend(host.id(), other.id()));
            powerUp(host);
            startWorker(host);
        }
    }
}
