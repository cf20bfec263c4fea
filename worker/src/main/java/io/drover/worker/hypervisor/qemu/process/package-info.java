/** A QEMU process: its command line, its folder, its monitor and how it is started and ended. */
@NullMarked
package io.drover.worker.hypervisor.qemu.process;

import org.jspecify.annotations.NullMarked;
