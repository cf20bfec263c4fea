package io.drover.messages.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A token, without its secret: an element of {@code GET /tokens}, and the answer of its revocation.
 *
 * @param role {@code read}, {@code operate} or {@code administer}
 * @param createdBy the name of the token that made it, or who did it otherwise
 * @param expiresAt null: it is good until it is revoked
 */
public record TokenDocument(
        String name,
        String role,
        Instant createdAt,
        String createdBy,
        @Nullable Instant expiresAt) {}
