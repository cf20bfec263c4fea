/** A simulated host: its VMs, images, marks and the guest that writes. */
@NullMarked
package io.drover.worker.sim.host;

import org.jspecify.annotations.NullMarked;
