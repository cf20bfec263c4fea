/** A client for the QEMU VM Protocol. Stands alone. */
@NullMarked
package io.drover.worker.qmp;

import org.jspecify.annotations.NullMarked;
