/** Policies over a day of load, under rules that are not Drover's own: nothing of this ships in the scheduler. */
@NullMarked
package io.drover.simulator;

import org.jspecify.annotations.NullMarked;
