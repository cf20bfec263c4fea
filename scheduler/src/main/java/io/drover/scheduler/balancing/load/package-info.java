/** What hosts and virtual machines use, when that is an overload, and how fast a copy goes. */
@NullMarked
package io.drover.scheduler.balancing.load;

import org.jspecify.annotations.NullMarked;
