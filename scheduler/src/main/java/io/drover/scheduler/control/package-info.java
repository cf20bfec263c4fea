/**
 * What a scheduler does: decide, submit, relay, watch, answer. It waits only through {@code Clock} and reaches the
 * world only through ports, so that the simulation runs this very code.
 */
@NullMarked
package io.drover.scheduler.control;

import org.jspecify.annotations.NullMarked;
