/** Every balancing strategy, by name. */
@NullMarked
package io.drover.scheduler.balancing.strategies;

import org.jspecify.annotations.NullMarked;
