package io.drover.worker.peer.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.drover.messages.time.SystemClock;
import io.drover.worker.peer.LinkLimiter;
import io.drover.worker.wire.Frame;
import io.drover.worker.wire.WireException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PackingTest {
    private static final int BYTES = 256 << 10;
    private final Random random = new Random(1);

    private static final double SHRUNK = 0.4;

    @Test
    void itPacksFromTheStartAndForASlowLink() {
        var link = new Link(0.1, 0.5);
        assertThat(link.packedPart(100)).isEqualTo(1);
        assertThat(link.packedPart(10_000)).isEqualTo(1);
    }

    @Test
    void aFastLinkGetsMostOfItPlain() {
        var link = new Link(10, 0.5); // bytes a nanosecond
        assertThat(link.packedPart(20_000)).isLessThan(0.05);
    }

    /** A busy processor makes packing slow, and then it does not pay any more; when it is idle again it does. */
    @Test
    void slowPackingEndsAndBeginsAgain() {
        var link = new Link(0.125, 0.5);
        assertThat(link.packedPart(1000)).isEqualTo(1);
        link.packingBytesPerNano = 0.05;
        assertThat(link.packedPart(20_000)).isLessThan(0.3);
        link.packingBytesPerNano = 0.5;
        link.packedPart(5000);
        assertThat(link.packedPart(1000)).isEqualTo(1);
    }

    /** A buffer takes all that was packed, and so does not tell how slow the link is: it cannot know without trying. */
    @Test
    void aLinkThatHoldsNothingUpIsComparedSeldom() {
        var rule = new PackingRule();
        int packed = 0;
        for (int i = 0; i < 20_000; i++) {
            boolean wanted = rule.wanted();
            rule.sent(
                    BYTES,
                    wanted ? BYTES / 3 : BYTES,
                    nanos(wanted ? BYTES / 0.5 : 0),
                    nanos(wanted ? 10 : BYTES / 0.4));
            packed += wanted ? 1 : 0;
        }
        assertThat(packed).isBetween(19_000, 19_999);
    }

    /** The limit tells what the buffer hides: plain content could not be faster over the whole of the link. */
    @Test
    void aLinkWithALimitIsNotComparedWhereItCouldNotWin() {
        var rule = new PackingRule();
        rule.link(125_000_000);
        for (int i = 0; i < 5000; i++) {
            assertThat(rule.wanted()).isTrue();
            rule.sent(BYTES, BYTES / 3, nanos(BYTES / 0.2), nanos(10));
        }
    }

    /** A link and a processor of constant speed. */
    private static final class Link {
        private final PackingRule rule = new PackingRule();
        private final double bytesPerNano;
        private double packingBytesPerNano;

        Link(double bytesPerNano, double packingBytesPerNano) {
            this.bytesPerNano = bytesPerNano;
            this.packingBytesPerNano = packingBytesPerNano;
        }

        /** Sends so many frames and tells which part of them was packed. */
        double packedPart(int frames) {
            int packed = 0;
            for (int i = 0; i < frames; i++) {
                boolean wanted = rule.wanted();
                double wire = wanted ? BYTES * SHRUNK : BYTES;
                Duration packing = wanted ? nanos(BYTES / packingBytesPerNano) : Duration.ZERO;
                rule.sent(BYTES, (int) wire, packing, nanos(wire / bytesPerNano));
                packed += wanted ? 1 : 0;
            }
            return packed / (double) frames;
        }
    }

    private static Duration nanos(double nanos) {
        return Duration.ofNanos((long) nanos);
    }

    @Test
    void packedContentComesOutAsItWentIn() throws Exception {
        try (var packer = new Packer(new SystemClock());
                var unpacker = new Unpacker()) {
            var plain = new Frame.Data(3, 4096, compressible());
            assertThat(packer.pack(plain, LinkLimiter.UNLIMITED)).isInstanceOfSatisfying(Frame.Packed.class, packed -> {
                assertThat(packed.payload().remaining()).isLessThan(BYTES / 2);
                assertThat(unpacked(unpacker, packed)).isEqualTo(plain);
            });
            ByteBuffer noise = noise(BYTES);
            assertThat(packer.pack(new Frame.Data(3, 0, noise), LinkLimiter.UNLIMITED)
                            .payload())
                    .isSameAs(noise);
        }
    }

    private static Frame.Data unpacked(Unpacker unpacker, Frame.Packed packed) {
        try {
            return unpacker.unpack(packed);
        } catch (WireException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * What a checksum does not find, for whoever made it may have meant it: never a wrong length, never over the limit.
     */
    @Test
    void damagedPayloadsAreRefused() throws Exception {
        ByteBuffer whole = zstd(compressible());
        try (var unpacker = new Unpacker()) {
            assertThatThrownBy(() -> unpacker.unpack(new Frame.Packed(0, 0, BYTES - 1, whole)))
                    .isInstanceOf(WireException.class);
            assertThatThrownBy(() -> unpacker.unpack(new Frame.Packed(0, 0, BYTES + 1, whole)))
                    .isInstanceOf(WireException.class);
            ByteBuffer bomb = zstd(ByteBuffer.allocateDirect(64 << 20));
            assertThatThrownBy(() -> unpacker.unpack(new Frame.Packed(0, 0, Frame.DATA_BYTES_MAX, bomb)))
                    .isInstanceOf(WireException.class);
            for (int i = 0; i < 2000; i++) {
                refuseOrFill(unpacker, i % 2 == 0 ? damaged(whole) : noise(1 + random.nextInt(5000)));
            }
            assertThat(unpacker.unpack(new Frame.Packed(0, 0, BYTES, whole)).payload())
                    .isEqualTo(compressible());
        }
    }

    /** A flipped bit may still be a frame of the right length; that it is the right content is the CRC's business. */
    private static void refuseOrFill(Unpacker unpacker, ByteBuffer payload) {
        try {
            assertThat(unpacker.unpack(new Frame.Packed(0, 0, BYTES, payload))
                            .payload()
                            .remaining())
                    .isEqualTo(BYTES);
        } catch (WireException e) {
            assertThat(e).hasMessageContaining("a packed payload");
        }
    }

    private ByteBuffer damaged(ByteBuffer whole) {
        ByteBuffer copy = ByteBuffer.allocateDirect(whole.remaining());
        copy.put(whole.duplicate()).flip();
        int at = random.nextInt(copy.remaining());
        copy.put(at, (byte) (copy.get(at) ^ (1 << random.nextInt(8))));
        return random.nextBoolean() ? copy : copy.limit(1 + random.nextInt(copy.remaining() - 1));
    }

    private static ByteBuffer zstd(ByteBuffer content) {
        return Zstd.compress(content, 1);
    }

    private static ByteBuffer compressible() {
        ByteBuffer content = ByteBuffer.allocateDirect(BYTES);
        for (int i = 0; i < BYTES / 4; i++) {
            content.putInt(i / 64);
        }
        return content.flip();
    }

    private ByteBuffer noise(int bytes) {
        var noise = new byte[bytes];
        random.nextBytes(noise);
        return ByteBuffer.allocateDirect(bytes).put(noise).flip();
    }
}
