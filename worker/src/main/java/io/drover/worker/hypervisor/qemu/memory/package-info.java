/** The memory of a QEMU VM on its way. */
@NullMarked
package io.drover.worker.hypervisor.qemu.memory;

import org.jspecify.annotations.NullMarked;
