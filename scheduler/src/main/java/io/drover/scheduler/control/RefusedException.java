package io.drover.scheduler.control;

/** A request that was refused; nothing was changed. The message is for people and names the cause. */
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Named for what the one who asked should do. */
    public enum Kind {
        /** The request is malformed: correct it. */
        INVALID,
        /** What it names does not exist. */
        UNKNOWN,
        /** Something else is under way, or the name is taken: ask again later or otherwise. */
        CONFLICT,
        /** The VM has been handed over, or the migration is over. */
        TOO_LATE,
        /** It is understood and cannot be done as it is. */
        UNFIT
    }

    private final Kind kind;
    private final String field;

    /** {@code field} is the argument at fault. */
    public RefusedException(Kind kind, String field, String message) {
        super(message);
        this.kind = kind;
        this.field = field;
    }

    public Kind kind() {
        return kind;
    }

    public String field() {
        return field;
    }
}
