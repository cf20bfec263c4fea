package io.drover.worker.peer.tcp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Addresses of the peer protocol. As long as the connection is not encrypted, only those of this machine itself. */
final class LoopbackOnly {
    private LoopbackOnly() {}

    /**
     * Resolves {@code host:port}, an IPv6 address in brackets.
     *
     * @throws IOException naming the address, when it has another shape, is unknown or not loopback
     */
    static InetSocketAddress resolve(String address) throws IOException {
        int colon = address.lastIndexOf(':');
        int port = colon > 0 ? port(address.substring(colon + 1)) : -1;
        if (port < 0) {
            throw new IOException("peer address '" + address + "' is not host:port");
        }
        String host = address.substring(0, colon);
        try {
            return require(new InetSocketAddress(InetAddress.getByName(host), port));
        } catch (UnknownHostException e) {
            throw new IOException("peer address '" + address + "': host '" + host + "' is unknown", e);
        }
    }

    static InetSocketAddress require(InetSocketAddress address) throws IOException {
        if (address.isUnresolved() || !address.getAddress().isLoopbackAddress()) {
            throw new IOException("peer address " + address.getHostString() + ":" + address.getPort()
                    + " is refused: the peer connection is not encrypted, so only loopback addresses"
                    + " (127.0.0.0/8, ::1) may be used");
        }
        return address;
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            return port >= 0 && port <= 65_535 ? port : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
