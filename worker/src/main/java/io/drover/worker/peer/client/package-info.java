/** The source's end of a session with a peer: its calls, the disks it writes to and the memory it sends. */
@NullMarked
package io.drover.worker.peer.client;

import org.jspecify.annotations.NullMarked;
