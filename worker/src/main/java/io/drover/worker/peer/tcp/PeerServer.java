package io.drover.worker.peer.tcp;

import io.drover.messages.Failure;
import io.drover.messages.MigrationId;
import io.drover.messages.time.Clock;
import io.drover.worker.peer.DestinationDirectory;
import io.drover.worker.peer.DestinationDirectory.Expected;
import io.drover.worker.peer.PeerRefusedException;
import io.drover.worker.peer.tcp.Handshake.Challenge;
import io.drover.worker.peer.tcp.Handshake.Hello;
import io.drover.worker.peer.tcp.Handshake.Proof;
import io.drover.worker.peer.tcp.Handshake.Verdict;
import io.drover.worker.wire.Frame;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's side of the peer protocol (docs/peer-protocol.md). */
public final class PeerServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerServer.class);
    private static final int BACKLOG = 64;
    private static final int CONNECTIONS_MAX = 256;
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
    private static final Duration AFTER_ACCEPT_ERROR = Duration.ofMillis(100);

    private final Settings settings;
    private final DestinationDirectory directory;
    private final Clock clock;
    private final ServerSocketChannel listener;
    private final InetSocketAddress address;
    private final SecureRandom random = new SecureRandom();
    private final Thread acceptor = Thread.ofVirtual().name("peer-accept").unstarted(this::acceptAll);
    private final Semaphore connections = new Semaphore(CONNECTIONS_MAX);
    private final Map<MigrationId, ServerSession> sessions = new ConcurrentHashMap<>();
    private final Set<SocketChannel> channels = ConcurrentHashMap.newKeySet();

    /**
     * How the server works.
     *
     * @param syncEveryBytes how much is written to an image before it is synced; up to twice as much is dirty at once
     */
    public record Settings(PeerTimes times, long syncEveryBytes, Encryption encryption) {
        public Settings {
            if (syncEveryBytes < 1) {
                throw new IllegalArgumentException("sync every " + syncEveryBytes + " bytes");
            }
        }

        /** 64 MiB: half a second of a gigabit link, and a fraction of a second for any disk worth migrating to. */
        public static Settings defaults(Encryption encryption) {
            return new Settings(PeerTimes.defaults(), 64L << 20, encryption);
        }
    }

    private PeerServer(Settings settings, DestinationDirectory directory, Clock clock, ServerSocketChannel listener)
            throws IOException {
        this.settings = settings;
        this.directory = directory;
        this.clock = clock;
        this.listener = listener;
        this.address = (InetSocketAddress) listener.getLocalAddress();
    }

    /**
     * Listens.
     *
     * @param address {@code host:port}, port 0 for any free one
     * @throws IOException naming the address, when it may not (not loopback, and not encrypted) or cannot be listened at
     */
    public static PeerServer start(String address, Settings settings, DestinationDirectory directory, Clock clock)
            throws IOException {
        InetSocketAddress local = settings.encryption().resolve(address);
        ServerSocketChannel listener = ServerSocketChannel.open();
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.bind(local, BACKLOG);
            var server = new PeerServer(settings, directory, clock, listener);
            server.acceptor.start();
            return server;
        } catch (IOException e) {
            listener.close();
            throw new IOException("cannot listen at " + address + ": " + e.getMessage(), e);
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return address;
    }

    /** Ends all sessions; images stay open. */
    @Override
    public void close() throws IOException {
        listener.close();
        sessions.values().forEach(session -> session.end("the destination's worker is stopping"));
        channels.forEach(PeerServer::closeQuietly);
        try {
            // Only when nobody is inside accept any more is the port free, and a new connection refused.
            acceptor.join(STOP_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void acceptAll() {
        while (listener.isOpen()) {
            try {
                SocketChannel channel = listener.accept();
                if (connections.tryAcquire()) {
                    // Platform threads: writing to files would hold the few carriers of virtual ones.
                    Thread.ofPlatform().daemon().name("peer-connection").start(() -> serveAndForget(channel));
                } else {
                    LOG.warn("more than {} connections: one was closed", CONNECTIONS_MAX);
                    closeQuietly(channel);
                }
            } catch (AsynchronousCloseException e) {
                return; // closed while it waited: the server is stopping
            } catch (IOException e) {
                rest(e);
            }
        }
    }

    /** For example too many open files: it passes, and must not spin meanwhile. */
    private void rest(IOException e) {
        if (e instanceof ClosedChannelException) {
            return;
        }
        LOG.warn("cannot accept a connection", e);
        try {
            clock.sleep(AFTER_ACCEPT_ERROR);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void serveAndForget(SocketChannel channel) {
        channels.add(channel);
        String peer = peer(channel);
        try {
            if (listener.isOpen()) {
                serve(channel);
            }
        } catch (SSLException e) {
            LOG.warn("connection of {} refused: TLS: {}", peer, e.getMessage());
        } catch (IOException e) {
            LOG.info("connection of {} given up: {}", peer, e.getMessage());
        } catch (InterruptedException e) {
            LOG.info("connection of {} given up: stopping", peer);
        } catch (RuntimeException e) { // top of the thread: one connection must not end the server
            LOG.error("defect while serving a connection", e);
        } finally {
            closeQuietly(channel);
            channels.remove(channel);
            connections.release();
        }
    }

    private static String peer(SocketChannel channel) {
        try {
            return String.valueOf(channel.getRemoteAddress());
        } catch (IOException e) {
            return "a peer that has left";
        }
    }

    private void serve(SocketChannel channel) throws IOException, InterruptedException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        Admitted admitted;
        PeerChannel secured;
        try (var _ = Deadline.after(settings.times().handshake(), clock, () -> closeQuietly(channel))) {
            secured = Channels.ofServer(settings.encryption(), channel);
            admitted = shakeHands(secured);
        }
        if (admitted == null) {
            return;
        }
        switch (admitted.role()) {
            case CONTROL -> admitted.session().serve();
            case DATA -> admitted.session().serveData(new FrameConnection(secured, Frame.DATA_BYTES_MAX, clock));
            case MEMORY -> admitted.session().serveMemory(new FrameConnection(secured, Frame.DATA_BYTES_MAX, clock));
        }
        forget(admitted.migration(), admitted.session());
    }

    /** A session that still writes is remembered, so that the next one can wait for it. */
    private void forget(MigrationId migration, ServerSession session) {
        if (session.over()) {
            sessions.remove(migration, session);
        }
    }

    private record Admitted(Handshake.Role role, MigrationId migration, ServerSession session) {}

    /** Null when the other side was refused, and told so. */
    private @Nullable Admitted shakeHands(PeerChannel channel) throws IOException, InterruptedException {
        Hello hello = Hello.read(channel);
        Challenge challenge = Challenge.to(hello, nonce());
        HandshakeBytes.send(channel, challenge.bytes());
        challenge.requireCommonVersion();
        Proof claimed = Proof.read(channel);
        try {
            String token = requireExpected(channel, hello, challenge, claimed);
            ServerSession session = session(hello, channel);
            Proof proof = Proof.ofServer(token, hello, challenge);
            HandshakeBytes.send(channel, Verdict.bytes(new Verdict.Welcome(session.id(), proof)));
            return new Admitted(hello.role(), hello.migration(), session);
        } catch (PeerRefusedException e) {
            LOG.info("migration {}: refused: {}", hello.migration(), e.getMessage());
            HandshakeBytes.send(channel, Verdict.bytes(new Verdict.Refused(e.failure())));
            return null;
        }
    }

    /** An unknown migration, another host's certificate and a wrong token get the same answer: a stranger learns nothing of our migrations. */
    private String requireExpected(PeerChannel channel, Hello hello, Challenge challenge, Proof claimed)
            throws IOException, InterruptedException {
        String wrong = "migration " + hello.migration() + " is not expected here from this host, or the token is wrong";
        Expected expected;
        try {
            expected = directory.expected(hello.migration());
            channel.requirePeer(expected.source());
        } catch (WrongPeerException e) {
            LOG.warn("migration {}: refused: {}", hello.migration(), e.getMessage());
            throw new PeerRefusedException(new Failure(Failure.Kind.REJECTED, wrong));
        } catch (PeerRefusedException e) {
            LOG.info("migration {}: {}", hello.migration(), e.getMessage());
            throw new PeerRefusedException(new Failure(Failure.Kind.REJECTED, wrong));
        } catch (IOException e) {
            LOG.warn("migration {}: token not known", hello.migration(), e);
            throw new PeerRefusedException(
                    new Failure(Failure.Kind.RETRYABLE, "the destination cannot check the token now"));
        }
        if (!claimed.same(Proof.ofClient(expected.token(), hello, challenge))) {
            LOG.warn("migration {}: refused: the token is wrong", hello.migration());
            throw new PeerRefusedException(new Failure(Failure.Kind.REJECTED, wrong));
        }
        return expected.token();
    }

    private ServerSession session(Hello hello, PeerChannel channel) throws IOException, InterruptedException {
        return switch (hello.role()) {
            case CONTROL -> begin(hello.migration(), channel);
            case DATA, MEMORY -> {
                ServerSession session = sessions.get(hello.migration());
                if (session == null || !session.id().equals(hello.session())) {
                    throw new PeerRefusedException(new Failure(Failure.Kind.RETRYABLE, "the session is over"));
                }
                yield session;
            }
        };
    }

    private ServerSession begin(MigrationId migration, PeerChannel channel)
            throws PeerRefusedException, InterruptedException {
        var control = new FrameConnection(channel, Frame.CONTROL_BYTES_MAX, clock);
        var session = new ServerSession(migration, UUID.randomUUID(), control, directory, settings, clock);
        ServerSession older = sessions.put(migration, session);
        // Less than the handshake may take, so that the refusal still arrives.
        if (!session.replace(older, settings.times().handshake().dividedBy(2)) && older != null) {
            session.end("refused");
            sessions.replace(migration, session, older);
            forget(migration, older);
            throw new PeerRefusedException(
                    new Failure(Failure.Kind.RETRYABLE, "an older session is still being written out"));
        }
        LOG.info("migration {}: session begun", migration);
        return session;
    }

    private ByteBuffer nonce() {
        var nonce = new byte[Handshake.NONCE_BYTES];
        random.nextBytes(nonce);
        return ByteBuffer.wrap(nonce);
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // There is nothing left to be done with it.
        }
    }
}
