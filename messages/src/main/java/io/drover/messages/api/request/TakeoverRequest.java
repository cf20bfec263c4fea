package io.drover.messages.api.request;

import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /hosts/HOST/takeover}.
 *
 * @param by names the person
 */
public record TakeoverRequest(String reason, @Nullable String by) {
    public TakeoverRequest {
        if (reason.isBlank()) {
            throw new IllegalArgumentException("must say why");
        }
    }
}
