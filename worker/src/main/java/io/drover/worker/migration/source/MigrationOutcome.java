package io.drover.worker.migration.source;

import io.drover.worker.migration.metrics.RollBackCause;

/**
 * Why a migration does not go on, where nothing broke. Unchecked, for it passes through the ports of {@code replication},
 * which know nothing of migrations; what failed and may be tried again is an {@link java.io.IOException}.
 */
public abstract sealed class MigrationOutcome extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private MigrationOutcome(String reason) {
        super(reason);
    }

    private MigrationOutcome(String reason, Throwable cause) {
        super(reason, cause);
    }

    /** For people. */
    public final String reason() {
        return String.valueOf(getMessage());
    }

    /** Refused before anything was done; the reason names the cause. */
    public static final class Rejected extends MigrationOutcome {
        private static final long serialVersionUID = 1L;

        public Rejected(String reason) {
            super(reason);
        }

        public Rejected(String reason, Throwable cause) {
            super(reason, cause);
        }
    }

    /** It must not go on: cancelled, past its deadline, or its guest is not there any more. */
    public static final class Abandoned extends MigrationOutcome {
        private static final long serialVersionUID = 1L;

        private final RollBackCause cause;

        public Abandoned(RollBackCause cause, String reason) {
            super(reason);
            this.cause = cause;
        }

        RollBackCause cause() {
            return cause;
        }
    }

    /** The database refused: the migration is not where this attempt believed it to be. Claim again and look. */
    public static final class Superseded extends MigrationOutcome {
        private static final long serialVersionUID = 1L;

        public Superseded(String refusal) {
            super(refusal);
        }
    }

    /** A person must look; the reason says what each side was seen to hold. Nothing was deleted. */
    public static final class Stranded extends MigrationOutcome {
        private static final long serialVersionUID = 1L;

        public Stranded(String reason) {
            super(reason);
        }
    }
}
