/** Load traces: what VMs asked of the CPU, sample by sample. */
@NullMarked
package io.drover.simulator.trace;

import org.jspecify.annotations.NullMarked;
