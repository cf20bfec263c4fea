package io.drover.schema.record;

import org.jspecify.annotations.Nullable;

/** A message that could not be understood. {@code body} is cut at 64 KiB and need not be valid JSON. */
public record RejectedMessage(String queue, @Nullable String messageId, String reason, String body) {}
