package io.drover.worker.sim.host;

import io.drover.messages.MigrationId;
import io.drover.worker.migration.destination.DestinationRecords;
import io.drover.worker.sim.control.SimWorld;
import java.util.List;
import java.util.Optional;

/** Records of a destination that survive whatever happens to their host. */
public final class SimRecords implements DestinationRecords {
    private final SimWorld world;
    private final SimHost host;

    public SimRecords(SimWorld world, SimHost host) {
        this.world = world;
        this.host = host;
    }

    @Override
    public void put(Kept kept) {
        world.step();
        host.records.put(kept.migration(), kept);
        world.step();
    }

    @Override
    public Optional<Kept> find(MigrationId migration) {
        world.step();
        return Optional.ofNullable(host.records.get(migration));
    }

    @Override
    public void remove(MigrationId migration) {
        world.step();
        host.records.remove(migration);
        world.step();
    }

    @Override
    public List<Kept> all() {
        world.step();
        return List.copyOf(host.records.values());
    }
}
