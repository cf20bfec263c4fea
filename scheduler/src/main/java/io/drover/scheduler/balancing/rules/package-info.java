/** Which moves are allowed: labels, limits, history, room for what is under way. */
@NullMarked
package io.drover.scheduler.balancing.rules;

import org.jspecify.annotations.NullMarked;
