/** The peer protocol over TCP (docs/peer-protocol.md). */
@NullMarked
package io.drover.worker.peer.tcp;

import org.jspecify.annotations.NullMarked;
