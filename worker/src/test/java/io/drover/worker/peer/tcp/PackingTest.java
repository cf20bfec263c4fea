package io.drover.worker.peer.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.drover.messages.time.SystemClock;
import io.drover.worker.wire.Frame;
import io.drover.worker.wire.WireException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PackingTest {
    private static final int BYTES = 256 << 10;
    private final Random random = new Random(1);

    @Test
    void nothingIsPackedBeforeTheLinkWasMeasured() {
        assertThat(new PackingRule().wanted()).isFalse();
    }

    @Test
    void aSlowLinkIsPackedForAndAFastOneIsNot() {
        assertThat(ruleOnLinkOf(10).wanted()).isFalse(); // ten bytes a nanosecond
        assertThat(ruleOnLinkOf(0.1).wanted()).isTrue();
    }

    /** A busy processor makes packing slow, and then it does not pay any more. */
    @Test
    void slowPackingEnds() {
        var rule = ruleOnLinkOf(0.125);
        for (int i = 0; i < 100; i++) {
            rule.packed(BYTES, BYTES / 3, nanos(BYTES / 0.1));
        }
        assertThat(rule.wanted()).isFalse();
    }

    @Test
    void whatDoesNotShrinkIsTriedSeldom() {
        var rule = ruleOnLinkOf(0.1);
        int tried = 0;
        for (int i = 0; i < 1000; i++) {
            if (rule.wanted()) {
                tried++;
                assertThat(rule.packed(BYTES, BYTES + 10, nanos(BYTES / 10.0))).isFalse();
            }
        }
        assertThat(tried).isBetween(10, 30);
        while (!rule.wanted()) {
            assertThat(tried++).isLessThan(200);
        }
        assertThat(rule.packed(BYTES, BYTES / 2, nanos(BYTES / 10.0))).isTrue();
        assertThat(rule.wanted()).isTrue();
    }

    /** When packed frames never wait for the link it may have become fast: it is measured again, plain. */
    @Test
    void aLinkThatHoldsNothingUpIsMeasuredAgain() {
        var rule = ruleOnLinkOf(0.1);
        for (int i = 0; i < 500 && rule.wanted(); i++) {
            rule.sentPacked(BYTES, nanos(BYTES / 0.3), nanos(100));
        }
        assertThat(rule.wanted()).isFalse();
    }

    private static PackingRule ruleOnLinkOf(double bytesPerNano) {
        var rule = new PackingRule();
        for (int i = 0; i < 64; i++) {
            rule.sentPlain(BYTES, nanos(BYTES / bytesPerNano));
        }
        return rule;
    }

    private static Duration nanos(double nanos) {
        return Duration.ofNanos((long) nanos);
    }

    @Test
    void packedContentComesOutAsItWentIn() throws Exception {
        try (var packer = new Packer(new SystemClock());
                var unpacker = new Unpacker()) {
            var plain = new Frame.Data(3, 4096, compressible());
            packer.sent(plain, BYTES + 32, Duration.ofSeconds(10));
            assertThat(packer.pack(plain)).isInstanceOfSatisfying(Frame.Packed.class, packed -> {
                assertThat(packed.payload().remaining()).isLessThan(BYTES / 2);
                assertThat(unpacked(unpacker, packed)).isEqualTo(plain);
            });
            ByteBuffer noise = noise(BYTES);
            assertThat(packer.pack(new Frame.Data(3, 0, noise)).payload()).isSameAs(noise);
        }
    }

    private static Frame.Data unpacked(Unpacker unpacker, Frame.Packed packed) {
        try {
            return unpacker.unpack(packed);
        } catch (WireException e) {
            throw new AssertionError(e);
        }
    }

    /** What a checksum does not find, for whoever made it may have meant it: never a wrong length, never over the limit. */
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
