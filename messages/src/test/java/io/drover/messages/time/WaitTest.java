package io.drover.messages.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class WaitTest {
    private final Stepped clock = new Stepped();
    private final Wait wait = new Wait(clock, Duration.ofMillis(100), Duration.ofMillis(30));
    private int looks;

    /** Moves only when somebody sleeps. */
    private static final class Stepped implements Clock {
        private final List<Long> sleptMillis = new ArrayList<>();
        private boolean interrupts;

        @Override
        public Instant now() {
            return Instant.EPOCH.plus(elapsed());
        }

        @Override
        public Duration elapsed() {
            return Duration.ofMillis(
                    sleptMillis.stream().mapToLong(Long::longValue).sum());
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            if (interrupts) {
                throw new InterruptedException();
            }
            sleptMillis.add(duration.toMillis());
        }
    }

    @Test
    void doesNotSleepWhereTheConditionHoldsAtOnce() throws Exception {
        assertThat(wait.within(Duration.ZERO).until(() -> true)).isTrue();
        assertThat(clock.sleptMillis).isEmpty();
    }

    @Test
    void looksOnceMoreAfterTheLimit() throws Exception {
        assertThat(wait.until(() -> ++looks == 5)).isTrue();
        assertThat(clock.elapsed()).isEqualTo(Duration.ofMillis(120));

        looks = 0;
        assertThat(wait.until(() -> ++looks == 6)).isFalse();
        assertThat(looks).isEqualTo(5);
    }

    @Test
    void backsOffToAMaximum() throws Exception {
        var backing = wait.within(Duration.ofSeconds(1)).backingOffTo(Duration.ofMillis(100));
        assertThat(backing.until(() -> ++looks == 6)).isTrue();
        assertThat(clock.sleptMillis).containsExactly(30L, 60L, 100L, 100L, 100L);
    }

    @Test
    void waitsForeverWithoutALimit() throws Exception {
        clock.sleep(Duration.ofDays(1));
        assertThat(Wait.forever(clock, Duration.ofDays(300)).until(() -> ++looks == 1000))
                .isTrue();
    }

    @Test
    void saysWhatDidNotCome() {
        assertThatThrownBy(() -> wait.until("the guest", () -> false))
                .isInstanceOf(IOException.class)
                .hasMessage("the guest did not come within PT0.1S");
    }

    @Test
    void givesTheLastAnswer() throws Exception {
        assertThat(wait.answer(() -> ++looks, count -> count == 3)).isEqualTo(3);
        Optional<String> none = wait.answer(Optional::<String>empty, Optional::isPresent);
        assertThat(none).isEmpty();
    }

    @Test
    void whatTheConditionThrowsEndsIt() {
        var failure = new IOException("it is gone");
        assertThatThrownBy(() -> wait.until(() -> {
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(clock.sleptMillis).isEmpty();
    }

    @Test
    void anInterruptEndsIt() {
        clock.interrupts = true;
        assertThatThrownBy(() -> wait.until(() -> ++looks < 0)).isInstanceOf(InterruptedException.class);
        assertThat(looks).isEqualTo(1);
    }
}
