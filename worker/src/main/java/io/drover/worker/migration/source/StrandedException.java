package io.drover.worker.migration.source;

import java.io.IOException;

/** A person must look; the message says what each side was seen to hold. Nothing was deleted. */
public final class StrandedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    public StrandedException(String reason) {
        super(reason);
        this.reason = reason;
    }

    public String reason() {
        return reason;
    }
}
