/** What load was, and what it will be: numbers from samples, with how sure they are. */
@NullMarked
package io.drover.scheduler.balancing.demand;

import org.jspecify.annotations.NullMarked;
