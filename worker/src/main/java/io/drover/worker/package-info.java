/** The worker as a program: configuration, wiring, task intake, telemetry. */
@NullMarked
package io.drover.worker;

import org.jspecify.annotations.NullMarked;
