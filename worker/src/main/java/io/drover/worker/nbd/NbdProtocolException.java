package io.drover.worker.nbd;

import java.io.IOException;

/**
 * The connection is of no more use: the server closed it, said something that the protocol does not allow, or did not
 * answer in time. The client has closed it; connect again.
 */
public final class NbdProtocolException extends IOException {
    private static final long serialVersionUID = 1L;

    NbdProtocolException(String message) {
        super(message);
    }
}
