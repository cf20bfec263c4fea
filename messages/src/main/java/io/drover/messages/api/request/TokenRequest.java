package io.drover.messages.api.request;

import io.drover.messages.access.ApiRole;
import io.drover.messages.access.ApiToken;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /tokens}.
 *
 * @param expiresAt null: never
 */
public record TokenRequest(
        String name, String role, @Nullable Instant expiresAt) {
    public TokenRequest {
        ApiToken.name(name);
        ApiRole.of(role);
    }
}
