/** What a balancing strategy may see of the fleet, and its text form. */
@NullMarked
package io.drover.scheduler.cluster;

import org.jspecify.annotations.NullMarked;
