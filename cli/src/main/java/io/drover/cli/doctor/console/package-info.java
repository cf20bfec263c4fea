/** Checks of what an operator's commands need, and of the fleet as the scheduler sees it. */
@NullMarked
package io.drover.cli.doctor.console;

import org.jspecify.annotations.NullMarked;
