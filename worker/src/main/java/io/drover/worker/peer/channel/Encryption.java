package io.drover.worker.peer.channel;

import io.drover.worker.pki.HostCertificates;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Whether connections between workers are encrypted, and where they may go. */
public sealed interface Encryption {
    /** TLS 1.3, both sides authenticated. */
    record Tls(HostCertificates certificates) implements Encryption {}

    /**
     * None.
     *
     * @param anywhere in laboratories whose network is their own; otherwise loopback addresses only
     */
    record Off(boolean anywhere) implements Encryption {}

    /** Not encrypted, at loopback addresses. */
    static Encryption off() {
        return new Off(false);
    }

    /** An address that may be listened at or connected to. */
    default InetSocketAddress resolve(String address) throws IOException {
        InetSocketAddress resolved = PeerAddress.resolve(address);
        return switch (this) {
            case Tls _ -> resolved;
            case Off off -> off.anywhere() ? resolved : PeerAddress.requireLoopback(resolved);
        };
    }
}
