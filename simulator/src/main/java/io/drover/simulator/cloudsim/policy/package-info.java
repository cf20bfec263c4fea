/** What decides under CloudSim's rules: overload detection, choice of virtual machines, placement. */
@NullMarked
package io.drover.simulator.cloudsim.policy;

import org.jspecify.annotations.NullMarked;
