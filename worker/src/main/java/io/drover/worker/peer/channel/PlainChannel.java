package io.drover.worker.peer.channel;

import io.drover.messages.HostId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/** A socket as it is. It cannot tell who is at its other end: only the token does. */
record PlainChannel(SocketChannel socket) implements PeerChannel {
    @Override
    public int read(ByteBuffer into) throws IOException {
        return socket.read(into);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return socket.write(source);
    }

    @Override
    public void write(ByteBuffer[] sources) throws IOException {
        socket.write(sources);
    }

    @Override
    public void endSending() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public Optional<HostId> peer() {
        return Optional.empty();
    }

    @Override
    public void requirePeer(HostId host) {}

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
