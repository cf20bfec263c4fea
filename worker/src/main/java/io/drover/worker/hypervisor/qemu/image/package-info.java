/** Image files as QEMU locks them, and by the tools that come with it: {@code qemu-img} and {@code qemu-nbd}. */
@NullMarked
package io.drover.worker.hypervisor.qemu.image;

import org.jspecify.annotations.NullMarked;
