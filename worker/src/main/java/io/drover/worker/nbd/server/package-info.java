/** An NBD server on a unix socket, for QEMU on the same host: what is behind it is up to a backend. */
@NullMarked
package io.drover.worker.nbd.server;

import org.jspecify.annotations.NullMarked;
