/** The HTTP API on loopback: JSON under {@code /api/v1}, and {@code /health} and {@code /metrics}. */
@NullMarked
package io.drover.scheduler.http;

import org.jspecify.annotations.NullMarked;
