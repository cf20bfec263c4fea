/** What a scheduler tells Prometheus of the fleet and of its own jobs. */
@NullMarked
package io.drover.scheduler.metrics;

import org.jspecify.annotations.NullMarked;
