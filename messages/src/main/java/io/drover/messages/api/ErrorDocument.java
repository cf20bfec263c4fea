package io.drover.messages.api;

import org.jspecify.annotations.Nullable;

/**
 * Answer to a request that is not carried out.
 *
 * @param code for programs, for example {@code too_late}
 * @param field the argument at fault; null where it is none
 * @param message for people
 */
public record ErrorDocument(
        String code, @Nullable String field, @Nullable String message) {}
