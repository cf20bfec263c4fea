/** The HTTP server of the programs, and what each of them serves for monitoring: {@code /health} and {@code /metrics}. */
@NullMarked
package io.drover.messages.http;

import org.jspecify.annotations.NullMarked;
