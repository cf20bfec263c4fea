package io.drover.worker.peer.client;

import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.text.FileProblem;
import io.drover.messages.time.Clock;
import io.drover.worker.peer.LinkBrokenException;
import io.drover.worker.peer.LinkLimiter;
import io.drover.worker.peer.PeerRefusedException;
import io.drover.worker.peer.PeerSession;
import io.drover.worker.peer.Peers;
import io.drover.worker.peer.channel.Channels;
import io.drover.worker.peer.channel.Deadline;
import io.drover.worker.peer.channel.FrameConnection;
import io.drover.worker.peer.channel.Handshake;
import io.drover.worker.peer.channel.Handshake.Challenge;
import io.drover.worker.peer.channel.Handshake.Hello;
import io.drover.worker.peer.channel.Handshake.Proof;
import io.drover.worker.peer.channel.Handshake.Role;
import io.drover.worker.peer.channel.Handshake.Verdict;
import io.drover.worker.peer.channel.HandshakeBytes;
import io.drover.worker.peer.channel.PeerAddress;
import io.drover.worker.peer.channel.PeerChannel;
import io.drover.worker.peer.channel.PeerTimes;
import io.drover.worker.peer.channel.SessionFailure;
import io.drover.worker.pki.Encryption;
import io.drover.worker.wire.Frame;
import io.drover.worker.wire.WireException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.UUID;

/** The client's side of the peer protocol (docs/peer-protocol.md). */
public final class TcpPeers implements Peers {
    /** More than this gains nothing even on fat links, and each costs a buffer at the destination. */
    public static final int DATA_CONNECTIONS_MAX = 16;

    private final int dataConnections;
    private final PeerTimes times;
    private final LinkLimiter limiter;
    private final Encryption encryption;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    /** @param limiter of the link that all sessions share */
    public TcpPeers(int dataConnections, PeerTimes times, LinkLimiter limiter, Encryption encryption, Clock clock) {
        if (dataConnections < 1 || dataConnections > DATA_CONNECTIONS_MAX) {
            throw new IllegalArgumentException(
                    "data connections: " + dataConnections + " is not between 1 and " + DATA_CONNECTIONS_MAX);
        }
        this.dataConnections = dataConnections;
        this.times = times;
        this.limiter = limiter;
        this.encryption = encryption;
        this.clock = clock;
    }

    @Override
    public PeerSession open(String address, HostId host, MigrationId migration, String token)
            throws IOException, InterruptedException {
        var peer = new Peer(host, PeerAddress.resolve(address, encryption));
        var breakage = new SessionFailure();
        try {
            Joined joined = join(peer, Hello.control(migration, nonce()), token, Frame.CONTROL_BYTES_MAX);
            var control = new ClientLink(joined.connection(), breakage, clock);
            var data = new ArrayList<ClientLink>();
            // One more, on which what a guest waits for goes past the bulk.
            for (int i = 0; i < dataConnections + 1; i++) {
                Hello hello = Hello.of(Role.DATA, migration, joined.session(), nonce());
                data.add(new ClientLink(join(peer, hello, token, 0).connection(), breakage, clock));
            }
            TcpSession.MemoryConnection memory = () -> {
                Hello hello = Hello.of(Role.MEMORY, migration, joined.session(), nonce());
                return join(peer, hello, token, Frame.DATA_BYTES_MAX).connection();
            };
            var session = new TcpSession(new TcpSession.Links(control, data, memory), breakage, times, limiter, clock);
            control.start("peer-control-" + migration);
            data.forEach(link -> link.startWithData("peer-data-" + migration, dataConnections));
            session.start();
            return session;
        } catch (IOException | InterruptedException | RuntimeException e) {
            breakage.fail(new IOException("the session could not be opened", e));
            throw e;
        }
    }

    private record Peer(HostId host, InetSocketAddress address) {
        @Override
        public String toString() {
            return address.toString();
        }
    }

    private record Joined(FrameConnection connection, UUID session) {}

    private Joined join(Peer peer, Hello hello, String token, int payloadBytesMax)
            throws IOException, InterruptedException {
        SocketChannel channel = SocketChannel.open();
        try (var _ = Deadline.after(times.handshake(), clock, () -> closeQuietly(channel))) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.connect(peer.address());
            PeerChannel secured = Channels.ofClient(encryption, channel, peer.host());
            UUID session = shakeHands(secured, hello, token);
            return new Joined(new FrameConnection(secured, payloadBytesMax, clock), session);
        } catch (ClosedByInterruptException e) {
            boolean _ = Thread.interrupted();
            throw new InterruptedException("interrupted while connecting to " + peer);
        } catch (PeerRefusedException e) {
            closeQuietly(channel);
            throw e;
        } catch (AsynchronousCloseException e) {
            throw new LinkBrokenException(
                    "peer " + peer + ": no handshake within "
                            + times.handshake().toMillis() + " ms",
                    e);
        } catch (IOException e) {
            closeQuietly(channel);
            throw new LinkBrokenException("peer " + peer + ": " + FileProblem.told(e), e);
        } catch (RuntimeException e) {
            closeQuietly(channel);
            throw e;
        }
    }

    private static UUID shakeHands(PeerChannel channel, Hello hello, String token) throws IOException {
        HandshakeBytes.send(channel, hello.bytes());
        Challenge challenge = Challenge.read(channel);
        challenge.requireCommonVersion();
        HandshakeBytes.send(channel, Proof.ofClient(token, hello, challenge).mac());
        return switch (Verdict.read(channel)) {
            case Verdict.Refused refused -> throw new PeerRefusedException(refused.failure());
            case Verdict.Welcome welcome -> {
                if (!welcome.proof().same(Proof.ofServer(token, hello, challenge))) {
                    throw new WireException("handshake: the server does not know the migration's token");
                }
                yield welcome.session();
            }
        };
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
            // There is nothing left to be done with it, and the caller already has its reason.
        }
    }
}
