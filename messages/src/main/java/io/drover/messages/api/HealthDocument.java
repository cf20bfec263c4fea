package io.drover.messages.api;

import org.jspecify.annotations.Nullable;

/**
 * Whether a scheduler can work, {@code GET /health}.
 *
 * @param status {@code up} when both parts are, else {@code down}
 */
public record HealthDocument(String status, Part database, Part broker) {
    /** A service that it needs; {@code message} says why it is {@code down}. */
    public record Part(String status, @Nullable String message) {}
}
