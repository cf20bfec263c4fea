package io.drover.messages.config;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a program needs on its host, a folder, a right, a certificate, is not as it must be; the message names the
 * configuration's key, the path, the user and the remedy. As with a wrong configuration a person must change it:
 * starting the program again does not help.
 */
public final class UnfitHostException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String problem;
    private final @Nullable String remedy;

    public UnfitHostException(String message) {
        super(message);
        this.problem = message;
        this.remedy = null;
    }

    public UnfitHostException(String message, Exception cause) {
        super(message, cause);
        this.problem = message;
        this.remedy = null;
    }

    /** What is wrong, and what to do about it. */
    public UnfitHostException(String problem, String remedy, @Nullable Exception cause) {
        super(problem + "; " + remedy, cause);
        this.problem = problem;
        this.remedy = remedy;
    }

    /** The message without the remedy. */
    public String problem() {
        return problem;
    }

    /** Null: the message is all there is to say. */
    public @Nullable String remedy() {
        return remedy;
    }
}
