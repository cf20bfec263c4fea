package io.drover.worker.qmp;

import java.io.IOException;

/** QEMU refused a command; the connection goes on. */
public final class QmpException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String description;

    QmpException(String command, String description) {
        super("QEMU refused " + command + ": " + description);
        this.description = description;
    }

    /** QEMU's own words. */
    public String description() {
        return description;
    }
}
