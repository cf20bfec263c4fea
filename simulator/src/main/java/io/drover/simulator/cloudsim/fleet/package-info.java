/** Hosts and virtual machines of CloudSim's rules, and how a host divides its CPU. */
@NullMarked
package io.drover.simulator.cloudsim.fleet;

import org.jspecify.annotations.NullMarked;
