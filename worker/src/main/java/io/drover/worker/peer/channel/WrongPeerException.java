package io.drover.worker.peer.channel;

import java.io.IOException;

/** The other side's certificate is good, and another host's. */
public final class WrongPeerException extends IOException {
    private static final long serialVersionUID = 1L;

    WrongPeerException(String message) {
        super(message);
    }
}
