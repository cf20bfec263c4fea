package io.drover.messages.api;

import io.drover.messages.HostId;
import org.jspecify.annotations.Nullable;

/**
 * What a host's migrations may use of its link: an element of {@code GET /limits} and the answer of
 * {@code POST /hosts/HOST/limit}.
 *
 * @param linkBytesPerSecond as its worker is configured
 * @param limitBytesPerSecond as an operator wants it; null: as configured
 */
public record LinkLimitDocument(
        HostId host, long linkBytesPerSecond, @Nullable Long limitBytesPerSecond) {}
