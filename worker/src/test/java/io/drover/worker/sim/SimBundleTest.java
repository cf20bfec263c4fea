package io.drover.worker.sim;

import io.drover.messages.HostId;
import io.drover.schema.contract.BundleContract;
import io.drover.schema.contract.Stores;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.worker.WorkerStore;
import io.drover.worker.sim.control.SimCalls;
import io.drover.worker.sim.control.SimFaults;
import io.drover.worker.sim.control.SimFleet;
import io.drover.worker.sim.control.SimStores;
import io.drover.worker.sim.control.SimTables;
import io.drover.worker.sim.control.SimWorld;

/** The simulation's tables agree with PostgreSQL's about what goes together. */
class SimBundleTest extends BundleContract {
    private final SimWorld world = new SimWorld(1);
    private final SimFleet fleet = new SimFleet(world, new SimFaults(0));
    private final SimTables tables = new SimTables(fleet);

    @Override
    protected Stores stores() {
        return new Stores() {
            @Override
            public SchedulerStore scheduler() {
                return SimStores.scheduler(fleet, tables, new HostId("scheduler"), () -> {});
            }

            @Override
            public WorkerStore worker(HostId host) {
                var calls = new SimCalls(world, fleet.network(), fleet.faults(), host);
                return SimStores.worker(fleet.database(), calls, host);
            }
        };
    }
}
