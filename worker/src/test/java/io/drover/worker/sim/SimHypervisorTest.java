package io.drover.worker.sim;

import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.worker.hypervisor.Hypervisor;
import io.drover.worker.hypervisor.HypervisorContract;
import io.drover.worker.hypervisor.IncomingVm;
import io.drover.worker.hypervisor.SourceVm;
import io.drover.worker.sim.control.SimFaults;
import io.drover.worker.sim.control.SimFleet;
import io.drover.worker.sim.control.SimWorld;
import io.drover.worker.sim.host.SimHost;
import io.drover.worker.sim.host.SimHypervisor;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The hypervisor of the simulation, in a world without faults. */
final class SimHypervisorTest extends HypervisorContract {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final SimWorld world = new SimWorld(1);
    private final SimFleet fleet = new SimFleet(world, new SimFaults(0));
    private final SimHost here = fleet.addHost("host-a");
    private final SimHost there = fleet.addHost("host-b");
    private final Hypervisor source = new SimHypervisor(fleet, here);
    private final Hypervisor destination = new SimHypervisor(fleet, there);
    private final VmDefinition guest = stoppedGuest();

    private VmDefinition stoppedGuest() {
        VmId vm = fleet.addVm("vm-1", 1, here);
        var process = Objects.requireNonNull(here.processes.get(vm));
        process.die();
        here.images.forEach((name, image) -> there.images.put(name, image.copy()));
        return process.definition();
    }

    @Override
    protected Hypervisor source() {
        return source;
    }

    @Override
    protected Hypervisor destination() {
        return destination;
    }

    @Override
    protected VmDefinition guest() {
        return guest;
    }

    @Override
    protected void carry(SourceVm from, IncomingVm to) {
        fleet.carry(from.memorySocket(), to.memorySocket(), () -> true);
    }

    @Override
    protected void copyDisks() {
        for (var image : here.images.entrySet()) {
            var copy = Objects.requireNonNull(there.images.get(image.getKey()));
            for (int block = 0; block < image.getValue().count(); block++) {
                copy.write(block, image.getValue().block(block));
            }
        }
    }

    @Override
    protected void play(Body body) throws Exception {
        var player = new Player(body);
        world.spawn(() -> true, player);
        boolean over = world.run(LIMIT, () -> player.over);
        if (player.failure != null) {
            throw player.failure;
        }
        if (!over) {
            throw new AssertionError("not over within " + LIMIT);
        }
    }

    @Override
    protected void await(String what, Condition condition) throws Exception {
        Duration end = world.now().plus(LIMIT);
        while (!condition.holds()) {
            if (world.now().compareTo(end) > 0) {
                throw new AssertionError(what + "\n" + world.trace());
            }
            world.pause(Duration.ofMillis(10));
        }
    }

    /** A thread of the world that gives commands. */
    private static final class Player implements Runnable {
        private final Body body;
        private boolean over;
        private @Nullable Exception failure;

        Player(Body body) {
            this.body = body;
        }

        @Override
        public void run() {
            try {
                body.run();
            } catch (Exception e) {
                failure = e;
            }
            over = true;
        }
    }
}
