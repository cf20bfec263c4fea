/** Checks of a worker's peers, and of the fleet's versions. */
@NullMarked
package io.drover.cli.doctor.fleet;

import org.jspecify.annotations.NullMarked;
