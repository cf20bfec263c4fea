package io.drover.worker.peer.channel;

import java.io.IOException;

/** The peer ended the session and said why, for example that its disk is full: the link is not to blame. */
public final class PeerEndedException extends IOException {
    private static final long serialVersionUID = 1L;

    public PeerEndedException(String why) {
        super("the peer ended the session: " + why);
    }
}
