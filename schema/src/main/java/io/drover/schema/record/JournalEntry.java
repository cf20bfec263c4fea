package io.drover.schema.record;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One journalled step of a migration, in the order of the steps' first intents.
 *
 * @param step label of the step
 * @param evidence JSON object written when the step was done, or null
 */
public record JournalEntry(
        String step,
        int attempt,
        Instant intendedAt,
        @Nullable Instant doneAt,
        @Nullable Instant undoneAt,
        @Nullable String evidence) {}
