package io.drover.schema;

/**
 * The database no longer takes this worker for its host's: another one's session stands, or a person took the host
 * over. To whoever asked, the database is away; it will not come back for this session, and the worker is to end.
 */
public final class FencedException extends StoreUnavailableException {
    private static final long serialVersionUID = 1L;

    public FencedException(String message, Throwable cause) {
        super(message, cause);
    }

    public FencedException(String message) {
        super(message);
    }
}
