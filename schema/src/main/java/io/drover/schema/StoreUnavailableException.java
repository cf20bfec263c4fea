package io.drover.schema;

/**
 * The database did not answer, or answered that it cannot work now. Whether a change was made is unknown: the caller
 * must read before it acts. Retryable.
 */
public sealed class StoreUnavailableException extends RuntimeException permits FencedException {
    private static final long serialVersionUID = 1L;

    public StoreUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }

    public StoreUnavailableException(String message) {
        super(message);
    }
}
