/**
 * What both ends of a peer connection share: the channel with or without TLS, the handshake, frames and the packing
 * of their payload.
 */
@NullMarked
package io.drover.worker.peer.channel;

import org.jspecify.annotations.NullMarked;
