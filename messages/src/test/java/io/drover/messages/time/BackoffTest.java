package io.drover.messages.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void doublesUpToItsLimitAndJitters() {
        Backoff backoff = Backoff.standard(new Random(1));
        for (int failures = 1; failures < 100; failures++) {
            double whole = Math.min(200 * Math.pow(2, failures - 1), 10_000);
            assertThat(backoff.after(failures))
                    .isBetween(Duration.ofMillis((long) (whole / 2) - 1), Duration.ofMillis((long) whole));
        }
        assertThat(backoff.after(50)).isNotEqualTo(backoff.after(50));
    }
}
