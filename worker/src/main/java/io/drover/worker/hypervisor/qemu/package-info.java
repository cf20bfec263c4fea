/** The hypervisor port on QEMU. */
@NullMarked
package io.drover.worker.hypervisor.qemu;

import org.jspecify.annotations.NullMarked;
