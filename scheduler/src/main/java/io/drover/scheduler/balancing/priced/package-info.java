/** The strategy that weighs the bytes of a move against the overload it avoids. */
@NullMarked
package io.drover.scheduler.balancing.priced;

import org.jspecify.annotations.NullMarked;
