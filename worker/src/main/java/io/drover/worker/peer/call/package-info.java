/** The calls of the peer protocol and how they are written. */
@NullMarked
package io.drover.worker.peer.call;

import org.jspecify.annotations.NullMarked;
