/** The strategy that relieves each overloaded host by the fewest bytes. */
@NullMarked
package io.drover.scheduler.balancing.leastbytes;

import org.jspecify.annotations.NullMarked;
