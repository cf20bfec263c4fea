/** Frames of the peer protocol (docs/peer-protocol.md). Stands alone. */
@NullMarked
package io.drover.worker.wire;

import org.jspecify.annotations.NullMarked;
