package io.drover.worker.sim;

import io.drover.messages.VmId;
import io.drover.schema.record.VmRecord.Power;
import io.drover.worker.hypervisor.VmStatus;
import io.drover.worker.sim.control.SimFleet;
import io.drover.worker.sim.host.SimHost;
import io.drover.worker.sim.host.SimProcess;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** While all that a VM needs is well, its guest does not stand still; a full folder is no excuse. */
final class Frozen {
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private final SimFleet fleet;
    private final Map<VmId, Duration> since = new TreeMap<>();

    Frozen(SimFleet fleet) {
        this.fleet = fleet;
    }

    /** After every event. */
    void check() {
        Duration now = fleet.world().now();
        if (!well()) {
            since.clear();
            return;
        }
        for (VmId vm : fleet.database().vms.keySet()) {
            if (!standsStill(vm)) {
                since.remove(vm);
            } else if (now.minus(since.computeIfAbsent(vm, id -> now)).compareTo(LONGEST) > 0) {
                throw fleet.world()
                        .violation("guest " + fleet.database().vm(vm).definition.name() + " has stood still for "
                                + LONGEST.toSeconds() + " s though everything is well");
            }
        }
    }

    private boolean well() {
        for (SimHost host : fleet.hosts()) {
            if (!host.workerUp() || !fleet.network().databaseReachable(host.id())) {
                return false;
            }
        }
        return fleet.network().allLinked();
    }

    /** A VM whose process is gone is another matter: it is started, or waits for its blocks. */
    private boolean standsStill(VmId vm) {
        boolean kept = false;
        for (SimHost host : fleet.hosts()) {
            SimProcess process = host.processes.get(vm);
            if (process != null && (process.running() || process.status() == VmStatus.SHUT_DOWN)) {
                return false;
            }
            kept |= process != null && process.status() != VmStatus.INCOMING;
        }
        return kept && fleet.database().vm(vm).wanted == Power.RUNNING;
    }
}
