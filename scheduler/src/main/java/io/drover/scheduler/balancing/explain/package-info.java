/** What a plan says of itself: the reasons and refusals that people read. */
@NullMarked
package io.drover.scheduler.balancing.explain;

import org.jspecify.annotations.NullMarked;
