package io.drover.simulator;

import io.drover.simulator.trace.LoadTrace;
import java.util.OptionalInt;
import java.util.function.DoubleConsumer;

/** A set of rules a day is played by: what hosts and VMs are, what a move costs, what is measured. */
public interface SimulationRules {
    /** The name in commands and results. */
    String name();

    /** What policies there are, for a person. */
    String policies();

    /** Whether there is a policy of this name. */
    boolean knows(String policy);

    /**
     * Plays one day.
     *
     * @param policy one that is {@link #knows known}
     * @param progress told the share that is over, 0 to 1, now and then
     * @throws SimulationException when the day cannot be played, for instance because its VMs fit on no host
     */
    SimulationResult run(LoadTrace trace, String policy, Setting setting, DoubleConsumer progress)
            throws SimulationException;

    /**
     * What is the same for all policies.
     *
     * @param hosts how many; empty: as many as the rules have by themselves
     * @param seed for policies that choose at random
     */
    record Setting(OptionalInt hosts, long seed) {
        public Setting {
            if (hosts.orElse(1) < 1) {
                throw new IllegalArgumentException("hosts: " + hosts.getAsInt());
            }
        }
    }
}
