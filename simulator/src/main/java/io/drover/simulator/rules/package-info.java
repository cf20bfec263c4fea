/** Every set of rules a day can be simulated by. */
@NullMarked
package io.drover.simulator.rules;

import org.jspecify.annotations.NullMarked;
