package io.drover.worker.peer.channel;

import io.drover.messages.HostPort;
import io.drover.worker.pki.Encryption;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Addresses of the peer protocol. */
public final class PeerAddress {
    private PeerAddress() {}

    /**
     * Resolves {@code host:port}, an IPv6 address in brackets, that may be listened at or connected to.
     *
     * @throws IOException naming the address, when it has another shape, is unknown, or is refused without encryption
     */
    public static InetSocketAddress resolve(String address, Encryption encryption) throws IOException {
        InetSocketAddress resolved = resolve(address);
        return encryption.loopbackOnly() ? requireLoopback(resolved) : resolved;
    }

    private static InetSocketAddress resolve(String address) throws IOException {
        HostPort parsed;
        try {
            parsed = HostPort.parse(address);
        } catch (IllegalArgumentException e) {
            throw new IOException("peer address " + e.getMessage(), e);
        }
        try {
            return new InetSocketAddress(InetAddress.getByName(parsed.host()), parsed.port());
        } catch (UnknownHostException e) {
            throw new IOException("peer address '" + address + "': host '" + parsed.host() + "' is unknown", e);
        }
    }

    /** Where nothing is encrypted, only addresses of this machine itself will do. */
    private static InetSocketAddress requireLoopback(InetSocketAddress address) throws IOException {
        if (!address.getAddress().isLoopbackAddress()) {
            throw new IOException("peer address " + new HostPort(address.getHostString(), address.getPort())
                    + " is refused: the peer connection is not encrypted, so only loopback addresses"
                    + " (127.0.0.0/8, ::1) may be used");
        }
        return address;
    }
}
