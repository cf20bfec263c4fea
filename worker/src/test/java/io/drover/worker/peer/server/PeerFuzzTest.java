package io.drover.worker.peer.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.Failure;
import io.drover.messages.NetworkCards;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.time.SystemClock;
import io.drover.worker.peer.Destination;
import io.drover.worker.peer.LinkLimiter;
import io.drover.worker.peer.call.CallCodec;
import io.drover.worker.peer.call.ControlPayload;
import io.drover.worker.peer.call.PeerCall;
import io.drover.worker.peer.channel.Handshake;
import io.drover.worker.peer.channel.Handshake.Challenge;
import io.drover.worker.peer.channel.Handshake.Hello;
import io.drover.worker.peer.channel.Handshake.Proof;
import io.drover.worker.peer.channel.Handshake.Verdict;
import io.drover.worker.peer.channel.HandshakeBytes;
import io.drover.worker.peer.channel.PeerTimes;
import io.drover.worker.peer.client.TcpPeers;
import io.drover.worker.peer.session.TestDestination;
import io.drover.worker.pki.Encryption;
import io.drover.worker.wire.Frame;
import io.drover.worker.wire.FrameEncoder;
import io.drover.worker.wire.FrameReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever the other side sends: a clear error and never a wrong byte, soon, in bounded memory. */
@Timeout(120)
final class PeerFuzzTest {
    private static final int ROUNDS = 4000;
    private final TestDestination destination = new TestDestination();

    /** Something that parses. */
    @FunctionalInterface
    private interface Parser {
        Object parse(ByteChannel channel) throws IOException;
    }

    @Test
    void damagedHandshakesAreRefused() throws Exception {
        ByteBuffer nonce = ByteBuffer.allocate(Handshake.NONCE_BYTES);
        Hello hello = Hello.of(Handshake.Role.DATA, TestDestination.MIGRATION, new UUID(1, 2), nonce);
        Challenge challenge = Challenge.to(hello, nonce);
        Proof proof = Proof.ofClient(TestDestination.TOKEN, hello, challenge);
        var refused = new Failure(Failure.Kind.HOST, "not here");
        damage(sent(hello.bytes()), Hello::read);
        damage(sent(challenge.bytes()), Challenge::read);
        damage(sent(proof.mac()), Proof::read);
        damage(sent(Verdict.bytes(new Verdict.Welcome(new UUID(1, 2), proof))), Verdict::read);
        damage(sent(Verdict.bytes(new Verdict.Refused(refused))), Verdict::read);
    }

    private static void damage(byte[] recorded, Parser parser) throws Exception {
        assertThat(parser.parse(new Bytes(recorded))).isNotNull();
        for (long seed = 0; seed < ROUNDS; seed++) {
            byte[] damaged = mutate(recorded, new Random(seed));
            if (Arrays.equals(damaged, recorded) || startsWith(damaged, recorded)) {
                continue;
            }
            try {
                fail("seed " + seed + " was taken for " + parser.parse(new Bytes(damaged)));
            } catch (IOException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }

    private static boolean startsWith(byte[] longer, byte[] start) {
        return longer.length >= start.length && Arrays.equals(longer, 0, start.length, start, 0, start.length);
    }

    @Test
    void everyCallGetsAnAnswerHoweverItIsDamaged() throws Exception {
        var disks = new SessionDisks(TestDestination.MIGRATION, destination, 1 << 20, fetch -> {});
        var dispatch = new CallDispatch(TestDestination.MIGRATION, destination, disks);
        List<byte[]> recorded = recordedCalls();
        int failed = 0;
        for (long seed = 0; seed < ROUNDS; seed++) {
            var random = new Random(seed);
            byte[] damaged = mutate(recorded.get(random.nextInt(recorded.size())), random);
            try {
                var answer = ControlPayload.decode(dispatch.answer(ControlPayload.decode(ByteBuffer.wrap(damaged))));
                var reply = answer.as(CallCodec.Reply.class);
                failed += reply.refused() != null || reply.failed() != null ? 1 : 0;
                assertThat(reply.refused() == null || reply.refused().kind() != Failure.Kind.INTERNAL)
                        .as("seed " + seed + ": " + reply)
                        .isTrue();
            } catch (IOException e) {
                // The session ends with this sentence.
                assertThat(e.getMessage()).as("seed " + seed).isNotBlank();
                failed++;
            }
        }
        assertThat(failed).isGreaterThan(ROUNDS / 4);
    }

    private static List<byte[]> recordedCalls() throws IOException {
        var disk = new DiskId("data");
        var definition = new VmDefinition(
                new VmId(new UUID(0, 1)),
                "vm-1",
                1,
                64L << 20,
                "pc-q35-7.2",
                "qemu64",
                NetworkCards.plain(0),
                null,
                List.of(new DiskDefinition(disk, DiskRole.DATA, "vm-1-data.raw")));
        var prepare = new Destination.PrepareRequest(
                definition,
                5,
                Map.of(disk, new Destination.DiskNeed(512, 512, "pre-copy", true, false, null)),
                "7.2",
                "tcg",
                false);
        List<PeerCall<?>> calls = List.of(
                new PeerCall.Prepare(prepare),
                new PeerCall.OpenDisk(disk),
                new PeerCall.AwaitComplete(Duration.ofSeconds(2)),
                new PeerCall.Compare(disk, 0, 4096, false),
                new PeerCall.Observe());
        var recorded = new ArrayList<byte[]>();
        for (PeerCall<?> call : calls) {
            ByteBuffer payload = CallCodec.encode(call, ByteBuffer.allocate(32));
            var bytes = new byte[payload.remaining()];
            payload.get(bytes);
            recorded.add(bytes);
        }
        recorded.sort(Arrays::compare);
        return recorded;
    }

    @Test
    void aDamagedStreamGivesWhatCameBeforeTheDamageAndNothingElse() throws Exception {
        for (long seed = 0; seed < ROUNDS / 4; seed++) {
            var random = new Random(seed);
            List<String> sent = new ArrayList<>();
            byte[] stream = stream(random, sent);
            byte[] damaged = mutate(stream, random);
            List<String> received = new ArrayList<>();
            try {
                var reader = new FrameReader(new Bytes(damaged), Frame.DATA_BYTES_MAX);
                for (Frame frame = reader.read(); frame != null; frame = reader.read()) {
                    received.add(describe(frame));
                }
            } catch (IOException e) {
                assertThat(e.getMessage()).as("seed " + seed).isNotBlank();
            }
            int common = Math.min(received.size(), sent.size());
            assertThat(received.subList(0, common)).as("seed " + seed).isEqualTo(sent.subList(0, common));
            assertThat(received).as("seed " + seed).hasSizeLessThanOrEqualTo(sent.size());
        }
    }

    private static byte[] stream(Random random, List<String> sent) throws IOException {
        var out = new ByteArrayOutputStream();
        var encoder = new FrameEncoder();
        for (int i = 0; i < 8; i++) {
            var content = new byte[1 + random.nextInt(3000)];
            random.nextBytes(content);
            Frame frame = random.nextInt(4) == 0
                    ? new Frame.Zero(3, 4096L * i, 4096)
                    : new Frame.Data(3, 4096L * i, ByteBuffer.wrap(content));
            sent.add(describe(frame));
            write(out, encoder.header(frame));
            write(out, frame.payload().duplicate());
        }
        return out.toByteArray();
    }

    private static String describe(Frame frame) {
        // By content: a buffer's own words tell where it stands.
        return frame instanceof Frame.Data data
                ? "data " + data.disk() + " " + data.offset() + " " + HandshakeBytes.crc(data.payload())
                : frame.toString();
    }

    private static void write(ByteArrayOutputStream out, ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            out.write(bytes.get());
        }
    }

    /** A server that is talked to in noise goes on serving those who know the protocol. */
    @Test
    void noiseDoesNotTakeTheServerDown() throws Exception {
        var clock = new SystemClock();
        var settings = new PeerServer.Settings(PeerTimes.defaults(), 1 << 20, Encryption.off());
        try (PeerServer server = PeerServer.start("127.0.0.1:0", settings, destination, clock)) {
            for (long seed = 0; seed < 60; seed++) {
                var noise = new byte[new Random(seed).nextInt(5000)];
                new Random(seed).nextBytes(noise);
                if (seed % 3 == 0 && noise.length > 8) {
                    System.arraycopy("DROVPEER".getBytes(StandardCharsets.US_ASCII), 0, noise, 0, 8);
                }
                shout(server.address(), noise);
            }
            var peers = new TcpPeers(
                    1, PeerTimes.defaults(), new LinkLimiter(clock, LinkLimiter.UNLIMITED), Encryption.off(), clock);
            String address = "127.0.0.1:" + server.address().getPort();
            try (var session =
                    peers.open(address, TestDestination.HOST, TestDestination.MIGRATION, TestDestination.TOKEN)) {
                assertThat(session.observe().mayRunMark()).isTrue();
            }
            assertThat(destination.seen).isEmpty();
        }
    }

    private static void shout(InetSocketAddress address, byte[] noise) throws IOException {
        try (var socket = SocketChannel.open(address)) {
            // Reset, so that nobody waits for the rest.
            socket.setOption(StandardSocketOptions.SO_LINGER, 0);
            socket.write(ByteBuffer.wrap(noise));
        } catch (IOException e) {
            // Refused before all of it was said.
        }
    }

    /** Flips, cuts, repeats, inserts and overwrites, some of them, at random. */
    private static byte[] mutate(byte[] recorded, Random random) {
        byte[] bytes = recorded.clone();
        for (int i = 1 + random.nextInt(3); i > 0 && bytes.length > 1; i--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes = Arrays.copyOf(bytes, at);
                case 3 -> bytes = joined(Arrays.copyOf(bytes, at), recorded);
                case 4 -> bytes = joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at / 2, bytes.length));
                default -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(8)), (byte) 0xFF);
            }
        }
        return bytes;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static byte[] sent(ByteBuffer message) throws IOException {
        var out = new Bytes(new byte[0]);
        HandshakeBytes.send(out, message);
        return out.written.toByteArray();
    }

    /** A connection that says these bytes and ends. */
    private static final class Bytes implements ByteChannel {
        private final ReadableByteChannel in;
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();

        Bytes(byte[] bytes) {
            in = Channels.newChannel(new ByteArrayInputStream(bytes));
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            return in.read(into);
        }

        @Override
        public int write(ByteBuffer from) {
            int length = from.remaining();
            PeerFuzzTest.write(written, from);
            return length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
