/** A client of libvirt's daemon. Stands alone. */
@NullMarked
package io.drover.worker.libvirt;

import org.jspecify.annotations.NullMarked;
