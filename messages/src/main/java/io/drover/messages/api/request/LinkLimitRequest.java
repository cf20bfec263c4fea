package io.drover.messages.api.request;

import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /hosts/HOST/limit}.
 *
 * @param bytesPerSecond null: the limit is cleared
 */
public record LinkLimitRequest(@Nullable Long bytesPerSecond) {}
