package io.drover.messages.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the balancer does with its decisions, {@code GET /balancer}.
 *
 * @param mode what it does now
 * @param configured what the scheduler that answers would do if no operator had said otherwise
 * @param setBy who said otherwise; null: nobody
 */
public record BalancerDocument(
        String mode,
        String configured,
        @Nullable String setBy,
        @Nullable Instant setAt) {}
