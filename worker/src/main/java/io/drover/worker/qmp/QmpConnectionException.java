package io.drover.worker.qmp;

import java.io.IOException;

/**
 * The connection is of no more use: closed by QEMU, malformed, or a command did not end in time. Whether a command that
 * was under way took effect is not known; connect again and look.
 */
public final class QmpConnectionException extends IOException {
    private static final long serialVersionUID = 1L;

    QmpConnectionException(String message) {
        super(message);
    }

    QmpConnectionException(String message, Throwable cause) {
        super(message, cause);
    }
}
