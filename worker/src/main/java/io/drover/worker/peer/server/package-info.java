/** The destination's end of a session with a peer: who may speak, what is called, and where blocks are written to. */
@NullMarked
package io.drover.worker.peer.server;

import org.jspecify.annotations.NullMarked;
