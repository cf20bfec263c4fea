/** In-memory stand-ins for the ports of the scheduler's core. */
@NullMarked
package io.drover.scheduler.fakes;

import org.jspecify.annotations.NullMarked;
