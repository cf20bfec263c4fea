/** The destination's worker as the source's worker sees it: a port. */
@NullMarked
package io.drover.worker.peer;

import org.jspecify.annotations.NullMarked;
