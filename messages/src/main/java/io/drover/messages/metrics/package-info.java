/** What programs tell Prometheus. */
@NullMarked
package io.drover.messages.metrics;

import org.jspecify.annotations.NullMarked;
