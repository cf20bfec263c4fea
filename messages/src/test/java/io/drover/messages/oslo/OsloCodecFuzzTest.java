package io.drover.messages.oslo;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.InvalidMessageException;
import io.drover.messages.Samples;
import io.drover.messages.command.CommandCodec;
import io.drover.messages.command.WorkerCommand;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever arrives, the codec ends with a request or with a refusal of bounded length. */
class OsloCodecFuzzTest {
    private static final int ROUNDS = 4_000;

    private static byte[] sample() {
        RpcRequest request = CommandCodec.cast(new WorkerCommand.Migrate(Samples.task()), "u-1");
        return OsloCodec.encode(request).getBytes(StandardCharsets.UTF_8);
    }

    /** Any other exception than the declared one fails the test. */
    private static boolean understood(byte[] body) {
        try {
            RpcRequest request = OsloCodec.decodeRequest(body);
            var _ = RpcApi.WORKER.refusal(request);
            return true;
        } catch (InvalidMessageException e) {
            assertThat(e.getMessage()).hasSizeLessThan(2_000);
            assertThat(e.field()).isNotEmpty();
            return false;
        }
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] whole = sample();
        assertThat(understood(whole)).isTrue();
        for (int length = 0; length < whole.length; length++) {
            assertThat(understood(Arrays.copyOf(whole, length)))
                    .as("cut at %d", length)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void damagedMessagesEndInAnAnswer(long seed) {
        var random = new Random(seed);
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] body = sample();
            int damages = 1 + random.nextInt(4);
            for (int damage = 0; damage < damages; damage++) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            refused += understood(body) ? 0 : 1;
        }
        assertThat(refused).as("seed %d", seed).isBetween(ROUNDS / 10, ROUNDS);
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5})
    void noiseIsRefused(long seed) {
        var random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] body = new byte[random.nextInt(200)];
            random.nextBytes(body);
            assertThat(understood(body)).as("seed %d round %d", seed, round).isFalse();
        }
    }

    @Test
    void noiseOfJsonEndsInAnAnswer() {
        var random = new Random(6);
        String[] words = {
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\"method\"", "\"args\"", "null", "1e999", "-", "\\u"
        };
        for (int round = 0; round < ROUNDS; round++) {
            var text = new StringBuilder("{");
            int length = random.nextInt(60);
            for (int word = 0; word < length; word++) {
                text.append(words[random.nextInt(words.length)]);
            }
            var _ = understood(text.toString().getBytes(StandardCharsets.UTF_8));
        }
    }
}
