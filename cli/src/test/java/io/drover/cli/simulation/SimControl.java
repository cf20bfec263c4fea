package io.drover.cli.simulation;

import io.drover.messages.VmId;
import io.drover.worker.sim.control.SimFleet;
import io.drover.worker.sim.control.SimLoads;
import io.drover.worker.sim.control.SimTables;
import io.drover.worker.sim.control.SimWorld;
import io.drover.worker.sim.host.SimHost;
import java.time.Duration;
import java.util.List;

/** Two schedulers over one database and one broker, and the telemetry of the hosts. */
final class SimControl {
    private static final Duration REPORT_EVERY = Duration.ofSeconds(1);

    private final SimWorld world;
    private final SimFleet fleet;
    private final SimTables tables;
    private final SimBroker broker;
    private final SimLoads loads;
    private final List<SimScheduler> schedulers;

    SimControl(SimFleet fleet, double severity) {
        this.world = fleet.world();
        this.fleet = fleet;
        this.tables = new SimTables(fleet);
        this.broker = new SimBroker(world, severity);
        this.loads = new SimLoads(fleet);
        var clockwork = new SimClockwork(world);
        this.schedulers = List.of(
                new SimScheduler(fleet, tables, broker, clockwork, "scheduler-1"),
                new SimScheduler(fleet, tables, broker, clockwork, "scheduler-2"));
        fleet.feed(broker);
    }

    SimFleet fleet() {
        return fleet;
    }

    SimTables tables() {
        return tables;
    }

    SimBroker broker() {
        return broker;
    }

    SimLoads loads() {
        return loads;
    }

    List<SimScheduler> schedulers() {
        return schedulers;
    }

    /** A host with three VMs that want more than nine tenths of it, and two with one VM each. */
    List<VmId> populate() {
        SimHost a = fleet.addHost("host-a");
        SimHost b = fleet.addHost("host-b");
        SimHost c = fleet.addHost("host-c");
        List<VmId> vms = List.of(
                fleet.addVm("vm-1", 1, a),
                fleet.addVm("vm-2", 2, a),
                fleet.addVm("vm-3", 3, a),
                fleet.addVm("vm-4", 4, b),
                fleet.addVm("vm-5", 5, c));
        loads.want(vms.get(0), 1.0 + tenths(4));
        loads.want(vms.get(1), 1.3);
        loads.want(vms.get(2), 1.5);
        loads.want(vms.get(3), 0.4 + tenths(10));
        loads.want(vms.get(4), 0.4 + tenths(10));
        return vms;
    }

    private double tenths(int bound) {
        return world.below(bound) / 10.0;
    }

    void start() {
        fleet.hosts().forEach(fleet::startWorker);
        schedulers.forEach(SimScheduler::start);
        fleet.hosts().forEach(this::report);
    }

    /** Telemetry goes to any scheduler that listens; what nobody takes is gone. */
    private void report(SimHost host) {
        List<SimScheduler> listening =
                schedulers.stream().filter(SimScheduler::up).toList();
        if (host.workerUp() && broker.up() && !listening.isEmpty()) {
            listening
                    .get(world.below(listening.size()))
                    .offer(loads.report(host.id(), REPORT_EVERY.toMillis() / 1000.0));
        }
        world.later(REPORT_EVERY, () -> report(host));
    }
}
