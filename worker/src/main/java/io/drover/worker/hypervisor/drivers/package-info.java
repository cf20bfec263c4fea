/** The registry of the drivers for hypervisors. */
@NullMarked
package io.drover.worker.hypervisor.drivers;

import org.jspecify.annotations.NullMarked;
