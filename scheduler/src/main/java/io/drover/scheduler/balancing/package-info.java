/** Strategies: pure functions from a snapshot to a plan; and the guard that runs after any of them. */
@NullMarked
package io.drover.scheduler.balancing;

import org.jspecify.annotations.NullMarked;
