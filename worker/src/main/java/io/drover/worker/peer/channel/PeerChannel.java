package io.drover.worker.peer.channel;

import io.drover.messages.HostId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.Optional;

/** A blocking connection between two workers, encrypted or not. Closing it, from any thread, ends every wait in it. */
public interface PeerChannel extends ByteChannel {
    /** Writes some bytes of the buffers, in order; at least one if there is any. */
    void write(ByteBuffer[] sources) throws IOException;

    /** Ends sending; what was sent before still arrives. */
    void endSending() throws IOException;

    /** The host that the other side's certificate is for; empty without encryption. */
    Optional<HostId> peer() throws WrongPeerException;

    /** That the other side is this host, as far as the connection can tell: {@link WrongPeerException} otherwise. */
    void requirePeer(HostId host) throws WrongPeerException;
}
