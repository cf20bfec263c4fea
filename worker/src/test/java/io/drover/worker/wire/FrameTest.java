package io.drover.worker.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FrameTest {
    private static final int DAMAGES = 10_000;

    @Test
    void everyFrameComesOutAsItWentIn() throws Exception {
        List<Frame> frames = frames(new Random(1), 300);
        assertThat(decode(channel(encode(frames)), Frame.CONTROL_BYTES_MAX)).isEqualTo(texts(frames));
    }

    @Test
    void framesMayArriveInAnyPieces() throws Exception {
        var random = new Random(2);
        List<Frame> frames = frames(random, 200);
        var bytes = new ByteArrayInputStream(encode(frames));
        ReadableByteChannel dribble = new ReadableByteChannel() {
            @Override
            public int read(ByteBuffer into) {
                byte[] some = new byte[Math.min(into.remaining(), 1 + random.nextInt(5000))];
                int read = bytes.read(some, 0, some.length);
                if (read > 0) {
                    into.put(some, 0, read);
                }
                return read;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };
        assertThat(decode(dribble, Frame.CONTROL_BYTES_MAX)).isEqualTo(texts(frames));
    }

    /** Anybody who writes another implementation can begin with these bytes. */
    @Test
    void theBytesAreThoseOfTheSpecification() throws Exception {
        byte[] bytes = encode(List.of(
                new Frame.Data(3, 0x0102030405L, ByteBuffer.wrap("Drover".getBytes(StandardCharsets.US_ASCII))),
                new Frame.Zero(3, 4096, 8192),
                new Frame.Flush(3, 7)));
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("010000030000000600000001020304050000000600000000" + "61c0e923" + "a18aa7db"
                        + "44726f766572"
                        + "020000030000000000000000000010000000200000000001" + "00000000" + "b0edb767"
                        + "030000030000000000000000000000070000000000000002" + "00000000" + "845a0600");
    }

    /** Each damage is noticed, whatever it is; what comes before it is right, and memory stays bounded. */
    @Test
    void damageIsNeverTakenForContent() throws IOException {
        var random = new Random(3);
        List<Frame> frames = frames(random, 12);
        byte[] whole = encode(frames);
        List<String> expected = texts(frames);
        int refused = 0;
        for (int i = 0; i < DAMAGES; i++) {
            byte[] damaged = damage(whole, random);
            var seen = new ArrayList<String>();
            try {
                decode(channel(damaged), Frame.DATA_BYTES_MAX, seen);
                boolean cutBetweenFrames = Arrays.equals(damaged, Arrays.copyOf(whole, damaged.length));
                assertThat(cutBetweenFrames).as("damage %d was not noticed", i).isTrue();
            } catch (WireException | EOFException e) {
                refused++;
            }
            assertThat(expected.subList(0, seen.size())).as("damage %d", i).isEqualTo(seen);
        }
        assertThat(refused).isGreaterThan(DAMAGES * 9 / 10);
    }

    @Test
    void noiseIsRefusedAtOnce() {
        var random = new Random(4);
        for (int i = 0; i < DAMAGES; i++) {
            var noise = new byte[FrameHeader.BYTES + random.nextInt(200)];
            random.nextBytes(noise);
            assertThatThrownBy(() -> decode(channel(noise), Frame.DATA_BYTES_MAX))
                    .isInstanceOf(WireException.class);
        }
    }

    @Test
    void aWellMadeHeaderWithWrongValuesIsRefused() {
        refused(new FrameHeader(0, 0, 0, 0, 0, 0, 0, 0), "kind 0");
        refused(new FrameHeader(11, 0, 0, 0, 0, 0, 0, 0), "kind 11");
        refused(new FrameHeader(FrameHeader.FETCH, 0, 0, 0, 0, 0, 0, 0), "a fetch of 0 bytes");
        refused(new FrameHeader(FrameHeader.FETCH, 0, 0, 0, 0, (4 << 20) + 1, 0, 0), "a fetch of 4194305 bytes");
        refused(new FrameHeader(FrameHeader.PING, 1, 0, 0, 0, 0, 0, 0), "codec 1");
        refused(new FrameHeader(FrameHeader.DATA, 2, 0, 8, 0, 9, 0, 0), "codec 2");
        refused(new FrameHeader(FrameHeader.ZERO, 1, 0, 0, 0, 8, 0, 0), "codec 1");
        refused(new FrameHeader(FrameHeader.DATA, 1, 0, 8, 0, 8, 0, 0), "range of 8 bytes");
        refused(new FrameHeader(FrameHeader.DATA, 1, 0, 8, 0, (1 << 20) + 1, 0, 0), "range of 1048577 bytes");
        refused(new FrameHeader(FrameHeader.PING, 0, 0, 0, -1, 0, 0, 0), "over 2^63");
        refused(new FrameHeader(FrameHeader.PING, 0, 0, 0, 0, 0, 1, 0), "frame 1 where 0 was due");
        refused(new FrameHeader(FrameHeader.PING, 0, 0, 5, 0, 0, 0, 0), "payload or range");
        refused(new FrameHeader(FrameHeader.DATA, 0, 0, 0, 0, 0, 0, 0), "payload of 0 bytes");
        refused(new FrameHeader(FrameHeader.DATA, 0, 0, -1, 0, 0xFFFF_FFFFL, 0, 0), "payload of 4294967295 bytes");
        refused(new FrameHeader(FrameHeader.DATA, 0, 0, 8, 0, 9, 0, 0), "range of 9 bytes");
        refused(new FrameHeader(FrameHeader.DATA, 0, 0, 8, Long.MAX_VALUE, 8, 0, 0), "ends over");
        refused(new FrameHeader(FrameHeader.ZERO, 0, 0, 0, 0, 0, 0, 0), "zeros over 0 bytes");
        refused(new FrameHeader(FrameHeader.ZERO, 0, 0, 0, 0, 0xFFFF_FFFFL, 0, 0), "zeros over 4294967295 bytes");
        refused(new FrameHeader(FrameHeader.REQUEST, 0, 0, 5 << 20, 0, 0, 0, 0), "payload of 5242880 bytes");
        refused(new FrameHeader(FrameHeader.REQUEST, 0, 0, 2 << 20, 0, 0, 0, 0), "where 1048576 are allowed");
    }

    @Test
    void whatIsOverTheLimitsIsNotSent() {
        var tooMuch = new Frame.Data(0, 0, ByteBuffer.allocate(Frame.DATA_BYTES_MAX + 1));
        assertThatThrownBy(() -> new FrameEncoder().header(tooMuch)).isInstanceOf(WireException.class);
        var noDisk = new Frame.Flush(70_000, 1);
        assertThatThrownBy(() -> new FrameEncoder().header(noDisk)).hasMessageContaining("disk index 70000");
    }

    private static void refused(FrameHeader header, String message) {
        ByteBuffer bytes = ByteBuffer.allocate(FrameHeader.BYTES);
        header.put(bytes);
        assertThatThrownBy(() -> decode(channel(bytes.array()), Frame.DATA_BYTES_MAX))
                .isInstanceOf(WireException.class)
                .hasMessageContaining(message);
    }

    /** Flips bits, cuts off, leaves a part out or doubles one; never gives the same bytes. */
    private static byte[] damage(byte[] whole, Random random) {
        int at = random.nextInt(whole.length - 1);
        int length = 1 + random.nextInt(Math.min(100, whole.length - at));
        ByteBuffer damaged = ByteBuffer.allocate(whole.length + length);
        switch (random.nextInt(4)) {
            case 0 -> damaged.put(whole).put(at, (byte) (whole[at] ^ (1 << random.nextInt(8))));
            case 1 -> damaged.put(whole, 0, whole.length - length);
            case 2 -> damaged.put(whole, 0, at).put(whole, at + length, whole.length - at - length);
            default -> damaged.put(whole, 0, at + length).put(whole, at, whole.length - at);
        }
        var bytes = new byte[damaged.flip().remaining()];
        damaged.get(bytes);
        return bytes;
    }

    private static List<Frame> frames(Random random, int count) {
        var frames = new ArrayList<Frame>();
        for (int i = 0; i < count; i++) {
            long number = random.nextLong(Long.MAX_VALUE >> 1);
            frames.add(
                    switch (random.nextInt(11)) {
                        case 0 -> new Frame.Data(random.nextInt(65_536), number, payload(random, 1));
                        case 1 -> new Frame.Zero(random.nextInt(65_536), number, 1 + random.nextInt(1 << 30));
                        case 2 -> new Frame.Flush(random.nextInt(65_536), number);
                        case 3 -> new Frame.Flushed(random.nextInt(65_536), number);
                        case 4 -> new Frame.Request(number, payload(random, 0));
                        case 5 -> new Frame.Answer(number, payload(random, 0));
                        case 6 -> new Frame.Ended(payload(random, 0));
                        case 7 -> new Frame.Ping(number);
                        case 8 -> packed(random, number);
                        case 9 -> new Frame.Fetch(random.nextInt(65_536), number, 1 + random.nextInt(1 << 22));
                        default -> new Frame.Pong(number);
                    });
        }
        return frames;
    }

    private static Frame packed(Random random, long number) {
        ByteBuffer payload = payload(random, 1);
        return new Frame.Packed(
                random.nextInt(65_536), number, payload.remaining() + 1 + random.nextInt(100_000), payload);
    }

    private static ByteBuffer payload(Random random, int min) {
        var bytes = new byte[min + random.nextInt(random.nextInt(10) == 0 ? 100_000 : 300)];
        random.nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private static byte[] encode(List<Frame> frames) throws IOException {
        var encoder = new FrameEncoder();
        var bytes = new ByteArrayOutputStream();
        var channel = Channels.newChannel(bytes);
        for (Frame frame : frames) {
            channel.write(encoder.header(frame));
            channel.write(frame.payload().duplicate());
        }
        return bytes.toByteArray();
    }

    private static List<String> decode(ReadableByteChannel channel, int payloadBytesMax) throws IOException {
        var seen = new ArrayList<String>();
        decode(channel, payloadBytesMax, seen);
        return seen;
    }

    private static void decode(ReadableByteChannel channel, int payloadBytesMax, List<String> seen) throws IOException {
        var reader = new FrameReader(channel, payloadBytesMax);
        for (Frame frame = reader.read(); frame != null; frame = reader.read()) {
            seen.add(text(frame));
        }
    }

    private static List<String> texts(List<Frame> frames) {
        return frames.stream().map(FrameTest::text).toList();
    }

    /** Payloads by their content: the reader's are gone with the next frame. */
    private static String text(Frame frame) {
        String head = switch (frame) {
            case Frame.Data f -> "data " + f.disk() + " " + f.offset();
            case Frame.Packed f -> "packed " + f.disk() + " " + f.offset() + " " + f.length();
            case Frame.Request f -> "request " + f.number();
            case Frame.Answer f -> "answer " + f.number();
            case Frame.Ended _ -> "ended";
            case Frame.Zero _, Frame.Flush _, Frame.Flushed _, Frame.Ping _, Frame.Pong _, Frame.Fetch _ ->
                frame.toString();
        };
        var payload = new byte[frame.payload().remaining()];
        frame.payload().duplicate().get(payload);
        return head + " " + HexFormat.of().formatHex(payload);
    }

    private static ReadableByteChannel channel(byte[] bytes) {
        return Channels.newChannel(new ByteArrayInputStream(bytes));
    }
}
