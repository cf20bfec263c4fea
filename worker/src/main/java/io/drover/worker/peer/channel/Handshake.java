package io.drover.worker.peer.channel;

import io.drover.messages.Failure;
import io.drover.messages.MigrationId;
import io.drover.messages.json.DroverJson;
import io.drover.worker.wire.WireException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.core.JacksonException;

/** The bytes of the handshake (docs/peer-protocol.md, Handshake): fixed sizes, big endian, CRC32C at each end. */
public final class Handshake {
    /** The versions this program speaks. */
    static final int VERSION_MIN = 1;

    static final int VERSION_MAX = 1;

    public static final int NONCE_BYTES = 32;
    private static final long MAGIC = 0x4452_4f56_5045_4552L; // "DROVPEER"
    private static final int HELLO_BYTES = 80;
    private static final int CHALLENGE_BYTES = 48;
    private static final int PROOF_BYTES = 32;
    private static final int WELCOME_BYTES = 56;
    private static final int REASON_BYTES_MAX = 8192;

    /** Fits {@link #REASON_BYTES_MAX} even if JSON escapes each. */
    private static final int REASON_CHARS_MAX = 1000;

    private static final UUID NO_SESSION = new UUID(0, 0);

    private Handshake() {}

    /** What a connection is for. */
    public enum Role {
        CONTROL(1),
        DATA(2),
        MEMORY(3),
        PROBE(4),
        /** A probe that asks for one in the other direction. */
        PROBE_BACK(5);

        private final int code;

        Role(int code) {
            this.code = code;
        }

        /** Whether nothing is wanted but to know that one may come. */
        public boolean isProbe() {
            return this == PROBE || this == PROBE_BACK;
        }
    }

    /**
     * The client's first message.
     *
     * @param session all zeros for a control connection
     */
    public record Hello(
            int versionMin, int versionMax, Role role, MigrationId migration, UUID session, ByteBuffer nonce) {
        public static Hello control(MigrationId migration, ByteBuffer nonce) {
            return new Hello(VERSION_MIN, VERSION_MAX, Role.CONTROL, migration, NO_SESSION, nonce);
        }

        /** Of a connection that belongs to a session. */
        public static Hello of(Role role, MigrationId migration, UUID session, ByteBuffer nonce) {
            return new Hello(VERSION_MIN, VERSION_MAX, role, migration, session, nonce);
        }

        public ByteBuffer bytes() {
            ByteBuffer bytes = ByteBuffer.allocate(HELLO_BYTES).putLong(MAGIC);
            bytes.putShort((short) versionMin).putShort((short) versionMax).putInt(role.code);
            HandshakeBytes.put(HandshakeBytes.put(bytes, migration.value()), session);
            return bytes.put(nonce.duplicate()).flip();
        }

        public static Hello read(ByteChannel channel) throws IOException {
            ByteBuffer bytes = HandshakeBytes.receive(channel, HELLO_BYTES);
            requireMagic(bytes);
            int min = bytes.getShort() & 0xFFFF;
            int max = bytes.getShort() & 0xFFFF;
            Role role = role(bytes.getInt());
            return new Hello(
                    min,
                    max,
                    role,
                    new MigrationId(HandshakeBytes.uuid(bytes)),
                    HandshakeBytes.uuid(bytes),
                    bytes.slice());
        }

        private static Role role(int code) throws WireException {
            return Arrays.stream(Role.values())
                    .filter(role -> role.code == code)
                    .findAny()
                    .orElseThrow(() -> new WireException("handshake: role " + code + " is unknown"));
        }
    }

    /**
     * The server's answer.
     *
     * @param version the one to be spoken, or 0 when there is none in common
     */
    public record Challenge(int version, int versionMin, int versionMax, ByteBuffer nonce) {
        public static Challenge to(Hello hello, ByteBuffer nonce) {
            int version = Math.min(hello.versionMax(), VERSION_MAX);
            boolean common = version >= Math.max(hello.versionMin(), VERSION_MIN);
            return new Challenge(common ? version : 0, VERSION_MIN, VERSION_MAX, nonce);
        }

        public ByteBuffer bytes() {
            ByteBuffer bytes = ByteBuffer.allocate(CHALLENGE_BYTES).putLong(MAGIC);
            bytes.putShort((short) version).putShort((short) versionMin).putShort((short) versionMax);
            return bytes.putShort((short) 0).put(nonce.duplicate()).flip();
        }

        public static Challenge read(ByteChannel channel) throws IOException {
            ByteBuffer bytes = HandshakeBytes.receive(channel, CHALLENGE_BYTES);
            requireMagic(bytes);
            int version = bytes.getShort() & 0xFFFF;
            int min = bytes.getShort() & 0xFFFF;
            int max = bytes.getShort() & 0xFFFF;
            bytes.getShort();
            return new Challenge(version, min, max, bytes.slice());
        }

        public void requireCommonVersion() throws WireException {
            if (version < VERSION_MIN || version > VERSION_MAX) {
                throw new WireException("no protocol version in common: here " + VERSION_MIN + " to " + VERSION_MAX
                        + ", there " + versionMin + " to " + versionMax);
            }
        }
    }

    /** Says that the other side knows the token: {@code HMAC-SHA-256(token, label, hello, challenge)}. */
    public record Proof(ByteBuffer mac) {
        static Proof of(String label, String token, Hello hello, Challenge challenge) {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(token.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
                mac.update(label.getBytes(StandardCharsets.US_ASCII));
                mac.update(hello.bytes());
                mac.update(challenge.bytes());
                return new Proof(ByteBuffer.wrap(mac.doFinal()).asReadOnlyBuffer());
            } catch (NoSuchAlgorithmException | InvalidKeyException e) { // every Java has it; any key will do
                throw new IllegalStateException(e);
            }
        }

        public static Proof ofClient(String token, Hello hello, Challenge challenge) {
            return of("drover-peer-client", token, hello, challenge);
        }

        public static Proof ofServer(String token, Hello hello, Challenge challenge) {
            return of("drover-peer-server", token, hello, challenge);
        }

        public static Proof read(ByteChannel channel) throws IOException {
            return new Proof(HandshakeBytes.receive(channel, PROOF_BYTES));
        }

        /** In a time that does not depend on where they differ. */
        public boolean same(Proof other) {
            return MessageDigest.isEqual(rest(mac), rest(other.mac));
        }
    }

    /** The server's last word: the session and its own proof, or the reason why not. */
    public sealed interface Verdict {
        record Welcome(UUID session, Proof proof) implements Verdict {}

        record Refused(Failure failure) implements Verdict {}

        static ByteBuffer bytes(Verdict verdict) {
            return switch (verdict) {
                case Welcome w -> {
                    ByteBuffer bytes =
                            ByteBuffer.allocate(WELCOME_BYTES).putInt(0).putInt(0);
                    yield HandshakeBytes.put(bytes, w.session())
                            .put(w.proof().mac().duplicate())
                            .flip();
                }
                case Refused r -> {
                    byte[] reason = DroverJson.mapper().writeValueAsBytes(shortened(r.failure()));
                    ByteBuffer bytes = ByteBuffer.allocate(WELCOME_BYTES + reason.length);
                    bytes.putInt(1).putInt(reason.length).position(WELCOME_BYTES);
                    yield bytes.put(reason).flip();
                }
            };
        }

        static Verdict read(ByteChannel channel) throws IOException {
            ByteBuffer head = HandshakeBytes.receiveBare(channel, WELCOME_BYTES);
            int status = head.getInt();
            int length = head.getInt();
            if (status < 0 || status > 1 || length < 0 || length > REASON_BYTES_MAX) {
                throw new WireException("handshake: the verdict is damaged");
            }
            ByteBuffer reason = HandshakeBytes.receiveBare(channel, length + Integer.BYTES);
            int stated = reason.getInt(length);
            reason.limit(length);
            HandshakeBytes.requireSum(
                    stated, HandshakeBytes.crc(head.duplicate().rewind(), reason));
            if (status == 0) {
                return new Welcome(HandshakeBytes.uuid(head), new Proof(head.slice()));
            }
            try {
                return new Refused(DroverJson.mapper().readValue(rest(reason), Failure.class));
            } catch (JacksonException e) {
                throw new WireException("handshake: the reason is no failure: " + e.getOriginalMessage());
            }
        }

        private static Failure shortened(Failure failure) {
            int length = Math.min(failure.message().length(), REASON_CHARS_MAX);
            return new Failure(failure.kind(), failure.message().substring(0, length));
        }
    }

    private static void requireMagic(ByteBuffer bytes) throws WireException {
        if (bytes.getLong() != MAGIC) {
            throw new WireException("handshake: the other side does not speak Drover's peer protocol");
        }
    }

    private static byte[] rest(ByteBuffer from) {
        var bytes = new byte[from.remaining()];
        from.duplicate().get(bytes);
        return bytes;
    }
}
