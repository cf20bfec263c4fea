package io.drover.messages;

import org.jspecify.annotations.Nullable;

/**
 * A message that must not be acted upon: malformed, too large, or with a field that is missing or wrong. Sending it
 * again unchanged never helps.
 */
public final class InvalidMessageException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String field;
    private final String problem;

    public InvalidMessageException(String field, String problem) {
        this(field, problem, null);
    }

    public InvalidMessageException(String field, String problem, @Nullable Throwable cause) {
        super(cause);
        this.field = field;
        this.problem = problem;
    }

    /** The field at fault, for example {@code args.destination}; {@code body} when nothing smaller can be named. */
    public String field() {
        return field;
    }

    /** What is wrong with it. */
    public String problem() {
        return problem;
    }

    /** A text of the form {@code field: problem}. */
    @Override
    public String getMessage() {
        return field + ": " + problem;
    }
}
