package io.drover.messages.api.request;

import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /balancer}.
 *
 * @param mode null: as configured
 */
public record ModeRequest(@Nullable String mode) {}
