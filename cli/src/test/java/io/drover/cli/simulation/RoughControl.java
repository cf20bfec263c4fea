package io.drover.cli.simulation;

import io.drover.messages.DecisionId;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.VmId;
import io.drover.scheduler.control.MigrateRequest;
import io.drover.scheduler.control.RefusedException;
import io.drover.scheduler.control.Requests;
import io.drover.schema.StoreUnavailableException;
import io.drover.worker.sim.control.SimFleet;
import io.drover.worker.sim.control.SimWorld;
import io.drover.worker.sim.host.SimHost;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What operators ask for while times are rough, and what breaks between schedulers, broker and workers. */
final class RoughControl {
    private static final Duration ROUGH = Duration.ofSeconds(60);

    private final SimWorld world;
    private final SimControl control;
    private final SimFleet fleet;
    private final List<VmId> vms;
    private final double severity;
    private boolean over;
    private int asked;

    RoughControl(SimControl control, List<VmId> vms, double severity) {
        this.control = control;
        this.fleet = control.fleet();
        this.world = fleet.world();
        this.vms = vms;
        this.severity = severity;
    }

    /** As long as the rough times of the fleet. */
    void begin() {
        for (int i = world.below(4); i > 0; i--) {
            world.later(world.between(Duration.ZERO, ROUGH.dividedBy(2)), this::askSomething);
        }
        for (int i = world.below(3); i > 0; i--) {
            world.later(world.between(Duration.ZERO, ROUGH), this::shiftLoad);
        }
        int breaks = (int) Math.round(severity * (2 + world.below(8)));
        for (int i = 0; i < breaks; i++) {
            world.later(world.between(Duration.ofMillis(500), ROUGH), this::breakSomething);
        }
        control.schedulers().forEach(scheduler -> scheduler.onCommitted(() -> perhapsDie(scheduler, 0.2)));
        control.broker().onTaken(this::perhapsForget);
        world.later(ROUGH.plusSeconds(1), this::mendEverything);
    }

    boolean over() {
        return over;
    }

    private void shiftLoad() {
        VmId vm = vms.get(world.below(vms.size()));
        control.loads().want(vm, 0.3 + world.below(14) / 10.0);
    }

    // --- requests ----------------------------------------------------------------------------------------------------

    private void askSomething() {
        int number = ++asked;
        if (world.chance(0.2)) {
            HostId host = anyHost().id();
            var id = new DecisionId(new UUID(2, number));
            keepAsking(requests -> requests.drain(host, id, "operator"));
            return;
        }
        var id = new MigrationId(new UUID(1, number));
        String vm = "vm-" + (1 + world.below(vms.size()));
        HostId destination = world.chance(0.5) ? null : anyHost().id();
        var request = new MigrateRequest(id, vm, destination, null, Map.of(), null, null, false, List.of(), "operator");
        keepAsking(requests -> requests.migrate(request));
        if (world.chance(0.25)) {
            world.later(world.millis(0, 8000), () -> keepAsking(requests -> requests.cancel(id, "operator")));
        }
    }

    private interface Asked {
        void of(Requests requests) throws RefusedException;
    }

    /** With the same id, of any scheduler, until one answers. */
    private void keepAsking(Asked question) {
        boolean[] answered = new boolean[1];
        List<SimScheduler> up =
                control.schedulers().stream().filter(SimScheduler::up).toList();
        if (!up.isEmpty()) {
            up.get(world.below(up.size())).ask(requests -> answered[0] = answered(question, requests));
        }
        world.later(Duration.ofSeconds(3), () -> {
            if (!answered[0] && !over) {
                world.count("asked again");
                keepAsking(question);
            }
        });
    }

    private boolean answered(Asked question, Requests requests) {
        try {
            question.of(requests);
            return true;
        } catch (RefusedException e) {
            world.note("refused: " + e.getMessage());
            return true;
        } catch (StoreUnavailableException e) {
            return false;
        }
    }

    // --- breaks ------------------------------------------------------------------------------------------------------

    private void breakSomething() {
        if (over) {
            return;
        }
        List<SimScheduler> schedulers = control.schedulers();
        SimScheduler scheduler = schedulers.get(world.below(schedulers.size()));
        switch (world.below(4)) {
            case 0, 1 -> perhapsDie(scheduler, 1);
            case 2 -> {
                control.broker().up(false);
                world.later(world.millis(10, 6000), () -> control.broker().up(true));
            }
            default -> {
                world.note(scheduler.name() + " does not reach the database");
                fleet.network().databaseReachable(scheduler.name(), false);
                world.later(world.millis(10, 6000), () -> fleet.network().databaseReachable(scheduler.name(), true));
            }
        }
    }

    private void perhapsDie(SimScheduler scheduler, double probability) {
        if (!over && scheduler.up() && world.chance(probability * severity)) {
            scheduler.kill();
            world.later(world.millis(10, 8000), () -> restart(scheduler));
        }
    }

    private static void restart(SimScheduler scheduler) {
        if (!scheduler.up()) {
            scheduler.start();
        }
    }

    /** A worker that dies with a task it has taken over and not begun has forgotten it. */
    private void perhapsForget(HostId id) {
        SimHost host = fleet.host(id);
        if (!over && host.workerUp() && world.chance(0.1 * severity)) {
            fleet.killWorker(host);
            world.later(world.millis(100, 9000), () -> revive(host));
        }
    }

    private void revive(SimHost host) {
        if (host.powered() && !host.workerUp()) {
            fleet.startWorker(host);
        }
    }

    private SimHost anyHost() {
        List<SimHost> hosts = List.copyOf(fleet.hosts());
        return hosts.get(world.below(hosts.size()));
    }

    private void mendEverything() {
        over = true;
        control.broker().quiet();
        for (SimScheduler scheduler : control.schedulers()) {
            fleet.network().databaseReachable(scheduler.name(), true);
            restart(scheduler);
        }
        fleet.hosts().forEach(this::revive);
    }
}
