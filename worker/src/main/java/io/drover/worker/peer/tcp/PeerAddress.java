package io.drover.worker.peer.tcp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Addresses of the peer protocol. */
final class PeerAddress {
    private PeerAddress() {}

    /**
     * Resolves {@code host:port}, an IPv6 address in brackets.
     *
     * @throws IOException naming the address, when it has another shape or is unknown
     */
    static InetSocketAddress resolve(String address) throws IOException {
        int colon = address.lastIndexOf(':');
        int port = colon > 0 ? port(address.substring(colon + 1)) : -1;
        if (port < 0) {
            throw new IOException("peer address '" + address + "' is not host:port");
        }
        String host = address.substring(0, colon);
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw new IOException("peer address '" + address + "': host '" + host + "' is unknown", e);
        }
    }

    /** Where nothing is encrypted, only addresses of this machine itself will do. */
    static InetSocketAddress requireLoopback(InetSocketAddress address) throws IOException {
        if (!address.getAddress().isLoopbackAddress()) {
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
