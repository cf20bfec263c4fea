/** Emptying hosts that somebody asked to be emptied. */
@NullMarked
package io.drover.scheduler.balancing.drain;

import org.jspecify.annotations.NullMarked;
