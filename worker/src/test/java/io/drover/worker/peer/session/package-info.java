/** Sessions between both ends, over links that fail in every way. */
@NullMarked
package io.drover.worker.peer.session;

import org.jspecify.annotations.NullMarked;
