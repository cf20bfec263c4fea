package io.drover.worker.nbd;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/** Where an NBD server listens. */
public sealed interface NbdAddress {
    SocketAddress socketAddress();

    StandardProtocolFamily family();

    /** A unix socket; its path may have at most 107 bytes (Linux, unix(7)). */
    record Unix(Path path) implements NbdAddress {
        @Override
        public SocketAddress socketAddress() {
            return UnixDomainSocketAddress.of(path);
        }

        @Override
        public StandardProtocolFamily family() {
            return StandardProtocolFamily.UNIX;
        }

        @Override
        public String toString() {
            return path.toString();
        }
    }

    /** A TCP port of an IPv4 address. */
    record Tcp(String host, int port) implements NbdAddress {
        @Override
        public SocketAddress socketAddress() {
            return new InetSocketAddress(host, port);
        }

        @Override
        public StandardProtocolFamily family() {
            return StandardProtocolFamily.INET;
        }

        @Override
        public String toString() {
            return host + ":" + port;
        }
    }
}
