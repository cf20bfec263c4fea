package io.drover.worker.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.worker.nbd.LyingNbdServer.Lie;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever the server sends: an exception or the right bytes, soon. */
final class NbdFuzzTest {
    private static final Duration LIMIT = Duration.ofMillis(1500);
    private static final Duration LIMIT_HONEST = Duration.ofSeconds(60);
    private static final int PIECE = 16 << 10;

    @TempDir
    private Path folder;

    @Test
    void anHonestServerMayAnswerInAnyOrderAndInAnyPieces() throws Exception {
        for (long seed = 0; seed < 150; seed++) {
            try (var server = new LyingNbdServer(folder.resolve("h" + seed), seed, Lie.NONE)) {
                assertThat(exercise(server, LIMIT_HONEST)).as("seed " + seed).isEqualTo("right");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aLieIsCaughtSoonAndNeverBecomesContent(Lie lie) throws Exception {
        int caught = 0;
        for (long seed = 0; seed < lie.rounds(); seed++) {
            try (var server = new LyingNbdServer(folder.resolve("l" + seed), seed, lie)) {
                long start = System.nanoTime();
                String outcome = exercise(server, LIMIT);
                assertThat(outcome).as(lie + ", seed " + seed).isNotEqualTo("wrong");
                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .as(lie + ", seed " + seed + ": " + outcome)
                        .isLessThan(Duration.ofSeconds(30));
                caught += outcome.equals("right") ? 0 : 1;
            }
        }
        assertThat(caught).as("runs in which " + lie + " was noticed").isPositive();
    }

    private static String exercise(LyingNbdServer server, Duration limit) throws InterruptedException {
        try (var client = NbdClient.connect(server.address(), "disk", List.of(NbdClient.ALLOCATION), limit)) {
            List<NbdExtent> status = client.blockStatus(NbdClient.ALLOCATION, 0, LyingNbdServer.SIZE);
            if (status.stream().mapToLong(NbdExtent::length).sum() != LyingNbdServer.SIZE) {
                return "wrong";
            }
            boolean[] seen = new boolean[LyingNbdServer.SIZE];
            boolean[] wrong = {client.export().sizeBytes() != LyingNbdServer.SIZE};
            client.read(ranges(), PIECE, (offset, content) -> {
                for (int at = (int) offset; content.hasRemaining(); at++) {
                    wrong[0] |= seen[at] || content.get() != LyingNbdServer.content(at);
                    seen[at] = true;
                }
            });
            for (boolean came : seen) {
                wrong[0] |= !came;
            }
            return wrong[0] ? "wrong" : "right";
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static Iterator<NbdRange> ranges() {
        var random = new Random(5);
        List<NbdRange> ranges = new ArrayList<>();
        for (int at = 0; at < LyingNbdServer.SIZE; ) {
            int length = Math.min(1 + random.nextInt(PIECE), LyingNbdServer.SIZE - at);
            ranges.add(new NbdRange(at, length));
            at += length;
        }
        return ranges.iterator();
    }
}
