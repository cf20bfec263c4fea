package io.drover.messages.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether a scheduler can work, {@code GET /health}.
 *
 * @param status {@code up} when both parts are, else {@code down}
 * @param version of the scheduler, for example {@code 0.1.0 (commit 2d7a953)}
 * @param now the scheduler's clock
 */
public record HealthDocument(String status, String version, Instant now, Part database, Part broker) {
    /** A service that it needs; {@code message} says why it is {@code down}. */
    public record Part(String status, @Nullable String message) {}
}
