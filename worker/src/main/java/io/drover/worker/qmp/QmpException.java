package io.drover.worker.qmp;

import java.io.IOException;

/** QEMU refused a command; the connection goes on. */
public final class QmpException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String errorClass;
    private final String description;

    QmpException(String command, String errorClass, String description) {
        super("QEMU refused " + command + ": " + description);
        this.errorClass = errorClass;
        this.description = description;
    }

    /** {@code GenericError} or one of the few classes of {@code qapi/error.json}. */
    public String errorClass() {
        return errorClass;
    }

    /** QEMU's own words. */
    public String description() {
        return description;
    }
}
