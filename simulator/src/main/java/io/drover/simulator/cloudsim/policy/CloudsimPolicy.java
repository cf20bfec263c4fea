package io.drover.simulator.cloudsim.policy;

import io.drover.simulator.cloudsim.fleet.CloudsimFleet;
import io.drover.simulator.cloudsim.fleet.CloudsimMove;
import java.util.List;

/**
 * What decides under CloudSim's rules. It sees the fleet as it is and its machines' past, never the trace.
 *
 * <p>A policy is made for one day and may remember.
 */
public interface CloudsimPolicy {
    /**
     * Chooses a host for every machine before anything is known of its load but its size.
     *
     * @return host by machine
     */
    int[] place(CloudsimFleet fleet);

    /**
     * Moves to start now, in this order. No machine is moving when this is asked: a move is shorter than the time
     * between two ticks.
     */
    List<CloudsimMove> plan(CloudsimFleet fleet);
}
