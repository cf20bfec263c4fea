package io.drover.worker.qmp;

import java.io.IOException;

/**
 * The connection is of no more use: closed by QEMU, malformed, or a command did not end in time. Whether a command that
 * was under way took effect is not known; connect again and look.
 */
public final class QmpConnectionException extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean timedOut;

    QmpConnectionException(String message) {
        super(message);
        this.timedOut = false;
    }

    QmpConnectionException(String message, Throwable cause) {
        super(message, cause);
        this.timedOut = cause instanceof QmpConnectionException inner && inner.timedOut;
    }

    private QmpConnectionException(String message, boolean timedOut) {
        super(message);
        this.timedOut = timedOut;
    }

    static QmpConnectionException timeout() {
        return new QmpConnectionException("QEMU did not answer in time", true);
    }

    boolean timedOut() {
        return timedOut;
    }
}
