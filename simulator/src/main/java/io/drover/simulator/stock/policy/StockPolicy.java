package io.drover.simulator.stock.policy;

import io.drover.simulator.stock.fleet.Fleet;
import io.drover.simulator.stock.fleet.Move;
import java.util.List;

/**
 * What decides under the stock rules. It sees the fleet as it is and its machines' past, never the trace.
 *
 * <p>A policy is made for one day and may remember.
 */
public interface StockPolicy {
    /**
     * Chooses a host for every machine before anything is known of its load but its size.
     *
     * @return host by machine
     */
    int[] place(Fleet fleet);

    /**
     * Moves to start now, in this order. No machine is moving when this is asked: a move is shorter than the time
     * between two ticks.
     */
    List<Move> plan(Fleet fleet);
}
