package io.drover.worker.wire;

import java.io.IOException;

/** The bytes of the other side are no frame of this protocol; the connection is of no more use. */
public final class WireException extends IOException {
    private static final long serialVersionUID = 1L;

    public WireException(String message) {
        super(message);
    }
}
