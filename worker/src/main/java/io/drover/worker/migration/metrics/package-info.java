/** What a worker tells Prometheus of the migrations off its host. */
@NullMarked
package io.drover.worker.migration.metrics;

import org.jspecify.annotations.NullMarked;
