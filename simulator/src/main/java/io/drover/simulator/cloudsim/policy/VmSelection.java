package io.drover.simulator.cloudsim.policy;

import io.drover.simulator.cloudsim.fleet.Vms;
import java.util.List;

/** Chooses the VM that leaves an over-loaded host next. */
@FunctionalInterface
interface VmSelection {
    /**
     * Chooses one.
     *
     * @param candidates VMs on the host, in its order; never empty
     */
    int choose(Vms vms, List<Integer> candidates);
}
