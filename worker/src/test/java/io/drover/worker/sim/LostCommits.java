package io.drover.worker.sim;

import io.drover.messages.VmId;
import io.drover.worker.sim.control.SimFleet;

/** What must hold although the database was set back: epochs may fall then, and yet no guest runs twice. */
final class LostCommits {
    private final SimFleet fleet;

    LostCommits(SimFleet fleet) {
        this.fleet = fleet;
    }

    /** After every event; that no guest runs from an old disk or old memory it finds out by itself. */
    void check() {
        for (VmId vm : fleet.database().vms.keySet()) {
            long running = fleet.hosts().stream()
                    .map(host -> host.processes.get(vm))
                    .filter(process -> process != null && process.running())
                    .count();
            if (running > 1) {
                throw fleet.world().violation("the guest runs on " + running + " hosts");
            }
        }
    }
}
