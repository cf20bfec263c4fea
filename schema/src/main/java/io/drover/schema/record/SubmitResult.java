package io.drover.schema.record;

import io.drover.messages.Failure;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationTask;

/** The answer of {@code submit_migration}. */
public sealed interface SubmitResult {
    /** The row is there, from this call or from an earlier one with the same id. */
    record Submitted(MigrationId id, boolean isNew) implements SubmitResult {}

    /** Nothing was changed. {@code field} names the argument at fault, for example {@code destination}. */
    record Refused(Failure failure, String field) implements SubmitResult {
        /** For a migration that only makes sense together with a refused one. */
        public static Refused with(MigrationTask other, Refused refused) {
            String why = "it goes with " + other.id() + ", which is refused: "
                    + refused.failure().message();
            return new Refused(new Failure(refused.failure().kind(), why), refused.field());
        }
    }
}
