package io.drover.worker.peer.server;

import io.drover.messages.Failure;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.ProgramVersion;
import io.drover.messages.text.FileProblem;
import io.drover.messages.time.Clock;
import io.drover.worker.peer.DestinationDirectory;
import io.drover.worker.peer.DestinationDirectory.Expected;
import io.drover.worker.peer.PeerRefusedException;
import io.drover.worker.peer.channel.Channels;
import io.drover.worker.peer.channel.Deadline;
import io.drover.worker.peer.channel.FrameConnection;
import io.drover.worker.peer.channel.Handshake;
import io.drover.worker.peer.channel.Handshake.Challenge;
import io.drover.worker.peer.channel.Handshake.Hello;
import io.drover.worker.peer.channel.Handshake.Proof;
import io.drover.worker.peer.channel.Handshake.Verdict;
import io.drover.worker.peer.channel.HandshakeBytes;
import io.drover.worker.peer.channel.PeerAddress;
import io.drover.worker.peer.channel.PeerChannel;
import io.drover.worker.peer.channel.PeerProbe;
import io.drover.worker.peer.channel.PeerTimes;
import io.drover.worker.peer.channel.WrongPeerException;
import io.drover.worker.pki.Encryption;
import io.drover.worker.wire.Frame;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
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
    /** Of sessions: nobody else's connections take their places. */
    private static final int CONNECTIONS_MAX = 256;

    /** Connections in the handshake; each has a thread and buffers for TLS. */
    private static final int HANDSHAKES_MAX = 64;

    private static final int HANDSHAKES_MAX_OF_ONE_ADDRESS = 48;

    private static final String STOPPING = "the destination's worker is stopping";
    private static final Duration DRAIN_POLL = Duration.ofMillis(50);

    private final Settings settings;
    private final DestinationDirectory directory;
    private final Clock clock;
    private final PeerListener listener;
    private final SecureRandom random = new SecureRandom();
    private final Unauthenticated handshakes = new Unauthenticated(HANDSHAKES_MAX, HANDSHAKES_MAX_OF_ONE_ADDRESS);
    private final Semaphore connections = new Semaphore(CONNECTIONS_MAX);
    private final Map<MigrationId, ServerSession> sessions = new ConcurrentHashMap<>();
    private final Set<SocketChannel> channels = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

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

    private PeerServer(InetSocketAddress local, Settings settings, DestinationDirectory directory, Clock clock)
            throws IOException {
        this.settings = settings;
        this.directory = directory;
        this.clock = clock;
        Duration silence = settings.times().handshake().dividedBy(2);
        this.listener = new PeerListener(local, silence, clock, this::take);
    }

    /**
     * Listens.
     *
     * @param address {@code host:port}, port 0 for any free one
     * @throws IOException naming key and address, when it may not (not loopback, and not encrypted) or cannot be listened
     *     at
     */
    public static PeerServer start(String address, Settings settings, DestinationDirectory directory, Clock clock)
            throws IOException {
        InetSocketAddress local = PeerAddress.resolve(address, settings.encryption());
        try {
            var server = new PeerServer(local, settings, directory, clock);
            server.listener.start();
            return server;
        } catch (IOException e) {
            throw new IOException("peer.port: cannot listen at " + address + ": " + FileProblem.told(e), e);
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return listener.address();
    }

    /**
     * Takes no connection any more and ends the sessions that a next worker can go on with; waits for the others.
     *
     * @return whether no switchover was under way any more within the limit
     */
    public boolean drain(Duration limit) throws IOException, InterruptedException {
        listener.close();
        sessions.forEach((migration, session) -> {
            if (!directory.inSwitchover(migration)) {
                session.end(STOPPING);
            }
        });
        return clock.await(
                () -> sessions.entrySet().stream()
                        .noneMatch(open -> !open.getValue().over() && directory.inSwitchover(open.getKey())),
                limit,
                DRAIN_POLL);
    }

    /** Ends all sessions; images stay open. */
    @Override
    public void close() throws IOException {
        closed = true;
        listener.close();
        sessions.values().forEach(session -> session.end(STOPPING));
        channels.forEach(PeerServer::closeQuietly);
    }

    private void take(SocketChannel channel, Duration since) {
        try {
            InetAddress from = ((InetSocketAddress) channel.getRemoteAddress()).getAddress();
            handshakes.add(channel, from).ifPresent(PeerServer::closeQuietly);
            // Platform threads: writing to files would hold the few carriers of virtual ones.
            Thread.ofPlatform().daemon().name("peer-connection").start(() -> serveAndForget(channel, since));
        } catch (IOException | OutOfMemoryError e) { // the latter when there is no thread to be had: that passes
            LOG.warn("a connection is not served: {}", e.toString());
            handshakes.remove(channel);
            closeQuietly(channel);
        }
    }

    private void serveAndForget(SocketChannel channel, Duration since) {
        channels.add(channel);
        String peer = peer(channel);
        try {
            if (!closed) {
                serve(channel, since);
            }
        } catch (SSLException e) {
            LOG.warn("connection of {} refused: TLS: {}", peer, e.getMessage());
        } catch (IOException e) {
            LOG.info("connection of {} given up: {}", peer, FileProblem.told(e));
        } catch (InterruptedException e) {
            LOG.info("connection of {} given up: stopping", peer);
        } catch (RuntimeException | Error e) { // top of the thread: one connection must not end the server
            LOG.error("defect while serving a connection", e);
        } finally {
            closeQuietly(channel);
            channels.remove(channel);
            handshakes.remove(channel);
        }
    }

    private static String peer(SocketChannel channel) {
        try {
            return String.valueOf(channel.getRemoteAddress());
        } catch (IOException e) {
            return "a peer that has left";
        }
    }

    private void serve(SocketChannel channel, Duration since) throws IOException, InterruptedException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        Duration rest = settings.times().handshake().minus(clock.elapsed().minus(since));
        boolean placed = false;
        try {
            Admitted admitted;
            PeerChannel secured;
            try (var _ = Deadline.after(rest, clock, () -> closeQuietly(channel))) {
                secured = Channels.ofServer(settings.encryption(), channel);
                Greeting greeting = greet(secured);
                if (greeting == null) {
                    return;
                }
                handshakes.remove(channel);
                placed = connections.tryAcquire();
                admitted = admit(secured, greeting, placed);
            }
            if (admitted != null) {
                serve(admitted, secured);
            }
        } finally {
            if (placed) {
                connections.release();
            }
        }
    }

    private void serve(Admitted admitted, PeerChannel secured) throws IOException, InterruptedException {
        switch (admitted.role()) {
            case CONTROL -> admitted.session().serve();
            case DATA -> admitted.session().serveData(new FrameConnection(secured, Frame.DATA_BYTES_MAX, clock));
            case MEMORY -> admitted.session().serveMemory(new FrameConnection(secured, Frame.DATA_BYTES_MAX, clock));
            case PROBE, PROBE_BACK -> throw new IllegalStateException("a probe has no session");
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

    /** What a peer has said that has shown who it is. */
    private record Greeting(Hello hello, Challenge challenge, String token) {}

    /** Null when the other side was refused, and told so; or when it wanted to know no more than that it may come. */
    private @Nullable Greeting greet(PeerChannel channel) throws IOException, InterruptedException {
        Hello hello = Hello.read(channel);
        Challenge challenge = Challenge.to(hello, nonce());
        HandshakeBytes.send(channel, challenge.bytes());
        challenge.requireCommonVersion();
        if (hello.role().isProbe()) {
            answer(channel, hello.role());
            return null;
        }
        Proof claimed = Proof.read(channel);
        try {
            return new Greeting(hello, challenge, requireExpected(channel, hello, challenge, claimed));
        } catch (PeerRefusedException e) {
            refuse(channel, hello, e);
            return null;
        }
    }

    /** The way back is tried at the address that the host of the certificate has announced, and at no other. */
    private void answer(PeerChannel channel, Handshake.Role role) throws IOException {
        PeerProbe.Back back = null;
        Optional<HostId> asker = channel.peer();
        if (role == Handshake.Role.PROBE_BACK && asker.isPresent()) {
            String address = directory.announced(asker.get()).orElse(null);
            Duration limit = settings.times().handshake().dividedBy(2);
            back = PeerProbe.back(asker.get(), address, settings.encryption(), limit, clock);
        }
        String version = ProgramVersion.current().toString();
        PeerProbe.answer(channel, new PeerProbe.Answer(clock.now(), version, back));
    }

    /** Null when the other side was refused, and told so. */
    private @Nullable Admitted admit(PeerChannel channel, Greeting greeting, boolean placed)
            throws IOException, InterruptedException {
        Hello hello = greeting.hello();
        try {
            if (!placed) {
                throw new PeerRefusedException(new Failure(
                        Failure.Kind.RETRYABLE, "this host has " + CONNECTIONS_MAX + " connections of peers already"));
            }
            ServerSession session = session(hello, channel);
            Proof proof = Proof.ofServer(greeting.token(), hello, greeting.challenge());
            HandshakeBytes.send(channel, Verdict.bytes(new Verdict.Welcome(session.id(), proof)));
            return new Admitted(hello.role(), hello.migration(), session);
        } catch (PeerRefusedException e) {
            refuse(channel, hello, e);
            return null;
        }
    }

    private static void refuse(PeerChannel channel, Hello hello, PeerRefusedException e) throws IOException {
        LOG.info("migration {}: refused: {}", hello.migration(), e.getMessage());
        HandshakeBytes.send(channel, Verdict.bytes(new Verdict.Refused(e.failure())));
    }

    /**
     * An unknown migration, another host's certificate and a wrong token get the same answer: a stranger learns nothing
     * of our migrations.
     */
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
            LOG.warn("migration {}: token not known: {}", hello.migration(), FileProblem.told(e));
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
            case PROBE, PROBE_BACK -> throw new IllegalStateException("a probe has no session");
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
