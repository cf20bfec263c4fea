/** A client for the NBD protocol (doc/proto.md of the NBD project). Stands alone. */
@NullMarked
package io.drover.worker.nbd;

import org.jspecify.annotations.NullMarked;
