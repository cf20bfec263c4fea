/** The simulated world around hosts: time, network, database, faults. */
@NullMarked
package io.drover.worker.sim.control;

import org.jspecify.annotations.NullMarked;
