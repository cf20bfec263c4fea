/** The peer protocol's frames as bytes; stands alone (docs/peer-protocol.md, Frames). */
@NullMarked
package io.drover.worker.wire;

import org.jspecify.annotations.NullMarked;
