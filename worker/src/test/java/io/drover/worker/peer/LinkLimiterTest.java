package io.drover.worker.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.drover.messages.time.Clock;
import io.drover.worker.replication.SteppedClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class LinkLimiterTest {
    private static final long GIGABIT = 125_000_000;
    private final SteppedClock clock = new SteppedClock();

    @Test
    void holdsAGigabitWithinOnePercentOverEverySecond() throws Exception {
        var limiter = new LinkLimiter(clock, GIGABIT);
        for (int second = 0; second < 5; second++) {
            Duration end = clock.elapsed().plusSeconds(1);
            long bytes = 0;
            while (clock.elapsed().compareTo(end) < 0) {
                limiter.acquire(LinkLimiter.SLICE_BYTES);
                bytes += LinkLimiter.SLICE_BYTES;
            }
            assertThat((double) bytes).isCloseTo(GIGABIT, within(GIGABIT * 0.01));
        }
    }

    @Test
    void sleepsThatTakeTooLongAreCaughtUpWith() throws Exception {
        var lazy = new LazyClock(clock, Duration.ofMillis(10));
        var limiter = new LinkLimiter(lazy, GIGABIT);
        Duration end = clock.elapsed().plusSeconds(4);
        long bytes = 0;
        while (clock.elapsed().compareTo(end) < 0) {
            limiter.acquire(LinkLimiter.SLICE_BYTES);
            bytes += LinkLimiter.SLICE_BYTES;
        }
        assertThat((double) bytes).isCloseTo(4.0 * GIGABIT, within(4 * GIGABIT * 0.02));
    }

    @Test
    void aPauseGivesNoMoreThanTheBurst() throws Exception {
        var limiter = new LinkLimiter(clock, GIGABIT);
        clock.sleep(Duration.ofMinutes(10));
        long bytes = 0;
        Duration before = clock.elapsed();
        while (clock.elapsed().equals(before)) {
            limiter.acquire(LinkLimiter.SLICE_BYTES);
            bytes += LinkLimiter.SLICE_BYTES;
        }
        assertThat(bytes).isLessThan(GIGABIT / 40);
    }

    @Test
    void mayBeChangedWhileSomebodyWaits() throws Exception {
        var limiter = new LinkLimiter(clock, 1);
        limiter.acquire(1 << 20); // twelve days of debt
        var changing = new LazyClock(clock, Duration.ZERO);
        limiter.setBytesPerSecond(1 << 20);
        Duration before = changing.elapsed();
        limiter.acquire(1);
        assertThat(clock.elapsed().minus(before)).isBetween(Duration.ofMillis(900), Duration.ofMillis(1100));
        limiter.setBytesPerSecond(LinkLimiter.UNLIMITED);
        before = clock.elapsed();
        limiter.acquire(Integer.MAX_VALUE);
        assertThat(clock.elapsed()).isEqualTo(before);
        assertThat(limiter.bytesPerSecond()).isEqualTo(LinkLimiter.UNLIMITED);
    }

    @Test
    void aLimitOfNothingIsRefused() {
        assertThatThrownBy(() -> new LinkLimiter(clock, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Sleeps longer than it was asked to, as busy machines do. */
    private record LazyClock(Clock clock, Duration tooLong) implements Clock {
        @Override
        public Instant now() {
            return clock.now();
        }

        @Override
        public Duration elapsed() {
            return clock.elapsed();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            clock.sleep(duration.plus(tooLong));
        }
    }

    @Test
    void streamsAndSendersGetEqualPartsWhileBothSend() throws Exception {
        var limiter = new LinkLimiter(clock, GIGABIT);
        try (var stream = limiter.share()) {
            assertThat(stream.bytesPerSecond()).as("nobody else sends").isEqualTo(GIGABIT);
            limiter.acquire(1);
            assertThat(stream.bytesPerSecond()).isEqualTo(GIGABIT / 2);
            assertThat(sent(limiter)).isCloseTo(GIGABIT / 2.0, within(GIGABIT * 0.02));
            limiter.setBytesPerSecond(GIGABIT / 5);
            assertThat(stream.bytesPerSecond()).isEqualTo(GIGABIT / 10);
            assertThat(sent(limiter)).isCloseTo(GIGABIT / 10.0, within(GIGABIT * 0.02));
            clock.sleep(Duration.ofSeconds(1));
            assertThat(stream.bytesPerSecond()).as("the senders are silent").isEqualTo(GIGABIT / 5);
        }
        assertThat(sent(limiter)).isCloseTo(GIGABIT / 5.0, within(GIGABIT * 0.02));
    }

    @Test
    void threeStreamsAloneGetAThirdEach() {
        var limiter = new LinkLimiter(clock, 90_000_000);
        var first = limiter.share();
        var second = limiter.share();
        var third = limiter.share();
        assertThat(first.bytesPerSecond()).isEqualTo(30_000_000);
        third.close();
        second.close();
        assertThat(first.bytesPerSecond()).isEqualTo(90_000_000);
    }

    /** Bytes within a second. */
    private double sent(LinkLimiter limiter) throws InterruptedException {
        Duration end = clock.elapsed().plusSeconds(1);
        long bytes = 0;
        while (clock.elapsed().compareTo(end) < 0) {
            limiter.acquire(LinkLimiter.SLICE_BYTES);
            bytes += LinkLimiter.SLICE_BYTES;
        }
        return bytes;
    }
}
