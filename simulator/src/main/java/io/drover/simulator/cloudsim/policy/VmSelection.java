package io.drover.simulator.cloudsim.policy;

import io.drover.simulator.cloudsim.fleet.Vms;
import java.util.List;

/** Chooses the machine that leaves an over-loaded host next. */
@FunctionalInterface
interface VmSelection {
    /**
     * Chooses one.
     *
     * @param candidates machines on the host, in its order; never empty
     */
    int choose(Vms vms, List<Integer> candidates);
}
