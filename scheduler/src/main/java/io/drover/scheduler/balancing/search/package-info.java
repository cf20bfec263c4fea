/** Which items to take and where to put them at the least cost: combinatorics that knows nothing of VMs. */
@NullMarked
package io.drover.scheduler.balancing.search;

import org.jspecify.annotations.NullMarked;
