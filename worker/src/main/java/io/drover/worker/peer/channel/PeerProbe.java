package io.drover.worker.peer.channel;

import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.json.DroverJson;
import io.drover.messages.text.FileProblem;
import io.drover.messages.time.Clock;
import io.drover.worker.peer.channel.Handshake.Challenge;
import io.drover.worker.peer.channel.Handshake.Hello;
import io.drover.worker.peer.channel.Handshake.Role;
import io.drover.worker.pki.Encryption;
import io.drover.worker.wire.WireException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Whether a peer is reached and believed, without a migration (docs/peer-protocol.md, Probes): connection, certificates
 * and the protocol's version, and on demand the same from there to here.
 */
public final class PeerProbe {
    private static final UUID NOBODY = new UUID(0, 0);
    private static final int ANSWER_BYTES_MAX = 8192;

    private PeerProbe() {}

    /**
     * Whom to ask.
     *
     * @param address {@code host:port}
     * @param host who must answer there
     */
    public record Peer(HostId host, String address) {}

    /**
     * What a peer says of itself.
     *
     * @param now its clock
     * @param version of its program
     * @param back how it reached who asks; null: it was not asked to, or does not know who asks
     */
    public record Answer(
            Instant now, String version, @Nullable Back back) {
        private ByteBuffer bytes() {
            return ByteBuffer.wrap(DroverJson.mapper().writeValueAsBytes(this));
        }
    }

    /**
     * A way back.
     *
     * @param address where it was tried, as announced by the host that asks; null: that host has announced none
     * @param problem why it led nowhere; null: it led there
     */
    public record Back(@Nullable String address, @Nullable String problem) {}

    /**
     * Asks a peer.
     *
     * @param back whether it is to try the way back
     * @throws IOException saying why the peer is not reached or not believed
     */
    public static Answer ask(Peer peer, Encryption encryption, boolean back, Duration limit, Clock clock)
            throws IOException {
        SocketChannel channel = SocketChannel.open();
        try (channel;
                var _ = Deadline.after(limit, clock, () -> closeQuietly(channel))) {
            channel.connect(PeerAddress.resolve(peer.address(), encryption));
            PeerChannel secured = Channels.ofClient(encryption, channel, peer.host());
            HandshakeBytes.send(
                    secured, hello(back ? Role.PROBE_BACK : Role.PROBE).bytes());
            Challenge.read(secured).requireCommonVersion();
            return receive(secured);
        } catch (ClosedChannelException e) {
            throw new IOException("no answer within " + limit.toMillis() + " ms", e);
        } catch (EOFException e) {
            throw new IOException(
                    "it closed the connection: its log says why, or it is of a version that knows no probes", e);
        }
    }

    /** The server's side, after the challenge was sent. */
    public static void answer(ByteChannel channel, Answer answer) throws IOException {
        ByteBuffer bytes = answer.bytes();
        HandshakeBytes.send(
                channel,
                ByteBuffer.allocate(Integer.BYTES).putInt(bytes.remaining()).flip());
        HandshakeBytes.send(channel, bytes);
    }

    private static Answer receive(ByteChannel channel) throws IOException {
        int length = HandshakeBytes.receive(channel, Integer.BYTES).getInt();
        if (length < 0 || length > ANSWER_BYTES_MAX) {
            throw new WireException("the answer to a probe is damaged");
        }
        var bytes = new byte[length];
        HandshakeBytes.receive(channel, length).get(bytes);
        try {
            return DroverJson.mapper().readValue(bytes, Answer.class);
        } catch (JacksonException e) {
            throw new WireException("the answer to a probe is damaged: " + e.getOriginalMessage());
        }
    }

    /** Tries the way to a host that has asked for it. */
    public static Back back(
            HostId asker, @Nullable String address, Encryption encryption, Duration limit, Clock clock) {
        if (address == null) {
            return new Back(null, null);
        }
        try {
            var _ = ask(new Peer(asker, address), encryption, false, limit, clock);
            return new Back(address, null);
        } catch (IOException e) {
            return new Back(address, FileProblem.told(e));
        }
    }

    private static Hello hello(Role role) {
        var nonce = new byte[Handshake.NONCE_BYTES];
        new SecureRandom().nextBytes(nonce);
        return Hello.of(role, new MigrationId(NOBODY), NOBODY, ByteBuffer.wrap(nonce));
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // There is nothing left to be done with it.
        }
    }
}
