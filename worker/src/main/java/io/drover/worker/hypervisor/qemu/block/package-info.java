/** Disks of a QEMU VM: dirty bitmaps, exports, mirrors, and what others have plugged in. */
@NullMarked
package io.drover.worker.hypervisor.qemu.block;

import org.jspecify.annotations.NullMarked;
