package io.drover.worker.nbd.server;

import io.drover.worker.nbd.NbdAddress;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves one disk on a unix socket: fixed newstyle, simple replies; read, write, write-zeroes (NO_HOLE is ignored:
 * whether the target is sparse is not the client's to say), trim, flush, cache, FUA; blocks of one byte. Written for
 * QEMU 7.2, tried with qemu-io, qemu-img and libnbd as well.
 */
public final class NbdServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NbdServer.class);

    private static final Duration AFTER_ACCEPT_ERROR = Duration.ofMillis(100);

    private final Path socket;
    private final String export;
    private final NbdBackend backend;
    private final NbdServerLimits limits;
    private final ServerSocketChannel listener;
    private final Set<ClientConnection> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private NbdServer(
            Path socket, String export, NbdBackend backend, NbdServerLimits limits, ServerSocketChannel listener) {
        this.socket = socket;
        this.export = export;
        this.backend = backend;
        this.limits = limits;
        this.listener = listener;
    }

    /**
     * Begins to listen. A socket that an earlier server left at this path is replaced; who may reach it is up to the
     * rights of its folder.
     *
     * @param socket its path may have at most 107 bytes (Linux, unix(7))
     */
    public static NbdServer listen(Path socket, String export, NbdBackend backend, NbdServerLimits limits)
            throws IOException {
        Files.deleteIfExists(socket);
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            listener.bind(UnixDomainSocketAddress.of(socket));
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
        var server = new NbdServer(socket, export, backend, limits, listener);
        Thread.ofVirtual().name("nbd-accept-" + export).start(server::acceptAll);
        return server;
    }

    public NbdAddress address() {
        return new NbdAddress.Unix(socket);
    }

    /** How many clients are connected. */
    public int connections() {
        return connections.size();
    }

    private void acceptAll() {
        try {
            while (!closed) {
                acceptOne();
            }
        } catch (ClosedChannelException e) {
            LOG.debug("export {}: no longer served", export);
        } catch (InterruptedException e) {
            closeQuietly();
        }
    }

    /** The VM's disk hangs on it: whatever keeps one client out, the next is taken. */
    private void acceptOne() throws ClosedChannelException, InterruptedException {
        SocketChannel channel = null;
        try {
            channel = listener.accept();
            welcome(channel);
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException | RuntimeException | Error e) {
            // For example too many open files, or no memory for a thread: it passes, and must not spin meanwhile.
            LOG.error("export {}: a client cannot be taken", export, e);
            if (channel != null) {
                new ClientChannel(channel).close();
            }
            Thread.sleep(AFTER_ACCEPT_ERROR);
        }
    }

    private void welcome(SocketChannel channel) {
        var client = new ClientChannel(channel);
        if (connections.size() >= limits.connections()) {
            LOG.warn("export {}: a client too many is sent away, there are {}", export, connections.size());
            client.close();
            return;
        }
        var connection = new ClientConnection(client, export, backend, limits);
        connections.add(connection);
        boolean begun = false;
        try {
            Thread thread = Thread.ofVirtual().name("nbd-client-" + export).start(() -> serve(connection));
            Thread.ofVirtual().name("nbd-handshake-" + export).start(() -> watchHandshake(connection, thread));
            begun = true;
        } finally {
            if (!begun) {
                connection.close();
                connections.remove(connection);
            }
        }
        if (closed) {
            connection.close();
        }
    }

    private void serve(ClientConnection connection) {
        try {
            connection.serve();
        } catch (InterruptedException e) {
            connection.close();
        } catch (RuntimeException | Error e) { // top of the thread: it must not end unheard
            LOG.error("export {}: a defect", export, e);
            connection.close();
        } finally {
            connections.remove(connection);
        }
    }

    private void watchHandshake(ClientConnection connection, Thread thread) {
        try {
            boolean _ = thread.join(limits.handshake());
            if (!connection.negotiated()) {
                connection.close();
            }
        } catch (InterruptedException e) {
            connection.close();
        }
    }

    /**
     * Ends at once, from any thread, whatever is under way: clients see the end of the stream and get no further
     * answer; the backend's calls are interrupted and not waited for.
     */
    @Override
    public void close() throws IOException {
        closed = true;
        try {
            listener.close();
            Files.deleteIfExists(socket);
        } finally {
            connections.forEach(ClientConnection::close);
        }
    }

    private void closeQuietly() {
        try {
            close();
        } catch (IOException e) {
            LOG.warn("export {}: {}", export, e.toString());
        }
    }
}
