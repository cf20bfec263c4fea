package io.drover.worker.migration.source;

import java.io.IOException;

/** Refused before anything was done; the message names the cause for people. */
public final class RejectedException extends IOException {
    private static final long serialVersionUID = 1L;

    public RejectedException(String reason) {
        super(reason);
    }

    public RejectedException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
