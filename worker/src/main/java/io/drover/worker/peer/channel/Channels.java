package io.drover.worker.peer.channel;

import io.drover.messages.HostId;
import io.drover.worker.pki.Encryption;
import java.io.IOException;
import java.nio.channels.SocketChannel;

/** Makes connections of sockets. Both block for as long as the other side takes; closing the socket ends that. */
public final class Channels {
    private Channels() {}

    /**
     * The client's end.
     *
     * @throws WrongPeerException the server is another host than this
     */
    public static PeerChannel ofClient(Encryption encryption, SocketChannel socket, HostId server) throws IOException {
        PeerChannel channel = of(encryption, socket, true);
        channel.requirePeer(server);
        return channel;
    }

    public static PeerChannel ofServer(Encryption encryption, SocketChannel socket) throws IOException {
        return of(encryption, socket, false);
    }

    private static PeerChannel of(Encryption encryption, SocketChannel socket, boolean client) throws IOException {
        return switch (encryption) {
            case Encryption.Tls tls ->
                TlsChannel.open(socket, tls.certificates().engine(client));
            case Encryption.Off _ -> new PlainChannel(socket);
        };
    }
}
