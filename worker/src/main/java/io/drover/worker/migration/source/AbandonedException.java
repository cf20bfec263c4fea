package io.drover.worker.migration.source;

import java.io.IOException;

/** The migration must not go on, and nothing broke: cancelled, past its deadline, or its guest is not there any more. */
public final class AbandonedException extends IOException {
    private static final long serialVersionUID = 1L;

    public AbandonedException(String reason) {
        super(reason);
    }
}
