package io.drover.worker.peer.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ByteRingTest {
    /** Pieces that are out never share a byte, and everything can be given out again. */
    @Test
    void piecesDoNotOverlap() {
        var random = new Random(1);
        var ring = new ByteRing(1000);
        var out = new ArrayDeque<ByteBuffer>();
        int claims = 0;
        for (int i = 0; i < 100_000; i++) {
            Optional<ByteBuffer> piece = random.nextInt(5) < 3 ? ring.claim(1 + random.nextInt(400)) : Optional.empty();
            if (piece.isPresent()) {
                claims++;
                fill(piece.get(), (byte) claims);
                out.add(piece.get());
            } else if (!out.isEmpty()) {
                ByteBuffer oldest = out.remove();
                assertThat(intact(oldest)).isTrue();
                ring.release();
            }
        }
        assertThat(claims).isGreaterThan(10_000);
        out.forEach(_ -> ring.release());
        assertThat(ring.claim(1000)).isPresent();
        assertThat(ring.claim(1)).isEmpty();
    }

    private static void fill(ByteBuffer piece, byte value) {
        for (int i = 0; i < piece.capacity(); i++) {
            piece.put(i, value);
        }
    }

    private static boolean intact(ByteBuffer piece) {
        for (int i = 1; i < piece.capacity(); i++) {
            if (piece.get(i) != piece.get(0)) {
                return false;
            }
        }
        return true;
    }
}
