/** libvirt's RPC protocol on a unix socket: frames, calls, errors, messages and keepalive. Stands alone. */
@NullMarked
package io.drover.worker.libvirt.rpc;

import org.jspecify.annotations.NullMarked;
