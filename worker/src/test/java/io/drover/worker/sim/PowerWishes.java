package io.drover.worker.sim;

import io.drover.messages.VmId;
import io.drover.schema.memory.VmRow;
import io.drover.schema.record.VmRecord.Power;
import io.drover.worker.sim.control.SimFleet;
import io.drover.worker.sim.control.SimWorld;
import java.time.Duration;
import java.util.List;

/** People who want VMs stopped and started, whatever else is going on. */
final class PowerWishes {
    private static final Duration ROUGH = Duration.ofSeconds(60);
    private final SimWorld world;
    private final SimFleet fleet;

    PowerWishes(SimFleet fleet) {
        this.world = fleet.world();
        this.fleet = fleet;
    }

    /** Most VMs are wanted stopped from the beginning; later wishes come as they like, also during migrations. */
    void begin(int wishes) {
        for (VmId vm : List.copyOf(fleet.database().vms.keySet())) {
            if (world.chance(0.8)) {
                want(vm, Power.STOPPED);
            }
        }
        some(wishes);
    }

    /** Later wishes alone. */
    void some(int wishes) {
        for (int i = 0; i < wishes; i++) {
            world.later(world.between(Duration.ofSeconds(4), ROUGH), this::wish);
        }
    }

    private void wish() {
        List<VmId> vms = List.copyOf(fleet.database().vms.keySet());
        want(vms.get(world.below(vms.size())), world.chance(0.5) ? Power.STOPPED : Power.RUNNING);
    }

    private void want(VmId vm, Power power) {
        VmRow row = fleet.database().vm(vm);
        row.wanted = power;
        world.note("%s is wanted %s".formatted(row.definition.name(), power));
        fleet.database().open(vm).ifPresent(open -> world.count("wanted " + power + " while " + open.state));
    }
}
