/** Overloaded hosts, the virtual machines that may leave them, and what each place would cost. */
@NullMarked
package io.drover.scheduler.balancing.problem;

import org.jspecify.annotations.NullMarked;
