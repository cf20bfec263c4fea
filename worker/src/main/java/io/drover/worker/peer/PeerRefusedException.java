package io.drover.worker.peer;

import io.drover.messages.Failure;
import java.io.IOException;

/** The destination understood and said no; the session is usable. */
public final class PeerRefusedException extends IOException {
    private static final long serialVersionUID = 1L;
    private final transient Failure failure;

    public PeerRefusedException(Failure failure) {
        super(failure.message());
        this.failure = failure;
    }

    public Failure failure() {
        return failure;
    }
}
