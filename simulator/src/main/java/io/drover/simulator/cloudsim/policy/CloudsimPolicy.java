package io.drover.simulator.cloudsim.policy;

import io.drover.simulator.cloudsim.fleet.CloudsimFleet;
import io.drover.simulator.cloudsim.fleet.CloudsimMove;
import java.util.List;

/**
 * What decides under CloudSim's rules. It sees the fleet as it is and its VMs' past, never the trace.
 *
 * <p>A policy is made for one day and may remember.
 */
public interface CloudsimPolicy {
    /**
     * Chooses a host for every VM before anything is known of its load but its size.
     *
     * @return host by VM
     */
    int[] place(CloudsimFleet fleet);

    /**
     * Moves to start now, in this order. No VM is moving when this is asked: a move is shorter than the time
     * between two ticks.
     */
    List<CloudsimMove> plan(CloudsimFleet fleet);
}
