package io.drover.worker.migration.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.worker.hypervisor.GuestIo;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class LatencyBackoffTest {
    private static final Duration SLOW = Duration.ofMillis(30);
    private static final Duration QUICK = Duration.ofMillis(2);

    private final LatencyBackoff backoff = new LatencyBackoff(Duration.ofMillis(20));

    @Test
    void halvesWhileTheGuestWaitsAndComesBackInSteps() {
        backoff.observed(QUICK);
        assertThat(backoff.part()).isEqualTo(1);
        backoff.observed(SLOW);
        backoff.observed(SLOW);
        assertThat(backoff.part()).isEqualTo(0.25);
        backoff.observed(QUICK);
        assertThat(backoff.part()).isEqualTo(0.35);
        for (int i = 0; i < 10; i++) {
            backoff.observed(QUICK);
        }
        assertThat(backoff.part()).isEqualTo(1);
    }

    @Test
    void neverFallsToNothing() {
        for (int i = 0; i < 100; i++) {
            backoff.observed(SLOW);
        }
        assertThat(backoff.part()).isEqualTo(LatencyBackoff.LEAST);
    }

    @Test
    void zeroTurnsItOff() {
        var off = new LatencyBackoff(Duration.ZERO);
        off.observed(Duration.ofHours(1));
        assertThat(off.part()).isEqualTo(1);
    }

    @Test
    void aDiskThatIsAlwaysSlowIsMeasuredByItself() {
        LatencyBackoff slowDisk = backoff.forDiskUsuallyAt(Duration.ofMillis(25));
        slowDisk.observed(Duration.ofMillis(49));
        assertThat(slowDisk.part()).isEqualTo(1);
        slowDisk.observed(Duration.ofMillis(51));
        assertThat(slowDisk.part()).isEqualTo(0.5);
        assertThat(backoff.forDiskUsuallyAt(Duration.ofMillis(10))).isSameAs(backoff);
    }

    @Test
    void latencyIsTheMeanOfTheRequestsInBetween() {
        var before = new GuestIo(100, 5_000_000);
        assertThat(new GuestIo(104, 45_000_000).meanSince(before)).isEqualTo(Duration.ofMillis(10));
        assertThat(before.meanSince(before)).isZero();
    }

    @Test
    void anAttemptThatHasMeasuredNothingYetIsNotPacedAtNothing() {
        while (backoff.part() > LatencyBackoff.LEAST) {
            backoff.observed(Duration.ofSeconds(1));
        }
        double least = LatencyBackoff.LEAST;
        assertThat(backoff.pace(41, 125e6)).isEqualTo(Math.round(least * least * 125e6));
        assertThat(backoff.pace(60e6, 125e6)).isEqualTo(Math.round(least * 60e6));
    }
}
