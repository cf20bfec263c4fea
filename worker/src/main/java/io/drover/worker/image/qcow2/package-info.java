/** qcow2 images, whose content is read and written through qemu-nbd. */
@NullMarked
package io.drover.worker.image.qcow2;

import org.jspecify.annotations.NullMarked;
