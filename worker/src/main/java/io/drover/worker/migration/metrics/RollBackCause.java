package io.drover.worker.migration.metrics;

import java.util.Locale;

/** Why a migration turned back, for the label of a metric; the migration's reason tells more. */
public enum RollBackCause {
    CANCELLED,
    DEADLINE,
    /** It ended, was stopped or was changed by somebody else. */
    GUEST,
    /** Its writes were faster than what may be copied. */
    NOT_CONVERGING,
    LINK,
    /** The destination, or a check at the source, refused. */
    REFUSED,
    DATABASE,
    /** What arrived was not what was sent. */
    VERIFICATION,
    /** The worker ended where only the way back was safe, or while it was on it. */
    WORKER_ENDED,
    /** A defect of Drover. */
    DEFECT,
    /** QEMU, a disk, a limit of time. */
    OTHER;

    /** As the label has it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
