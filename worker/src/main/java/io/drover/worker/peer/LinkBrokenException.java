package io.drover.worker.peer;

import java.io.IOException;

/** The session broke, or none could be opened; nobody said no. A new session may go on from what has arrived. */
public final class LinkBrokenException extends IOException {
    private static final long serialVersionUID = 1L;

    public LinkBrokenException(String message) {
        super(message);
    }

    public LinkBrokenException(String message, Throwable cause) {
        super(message, cause);
    }
}
