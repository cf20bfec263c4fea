package io.drover.schema.record;

import io.drover.messages.Failure;
import io.drover.messages.MigrationId;

/** The answer of {@code submit_migration}. */
public sealed interface SubmitResult {
    /** The row is there, from this call or from an earlier one with the same id. */
    record Submitted(MigrationId id, boolean isNew) implements SubmitResult {}

    /** Nothing was changed. {@code field} names the argument at fault, for example {@code destination}. */
    record Refused(Failure failure, String field) implements SubmitResult {}
}
