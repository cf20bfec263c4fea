package io.drover.scheduler.fakes;

import io.drover.messages.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Time that passes only when somebody sleeps or a test says so. */
public final class ManualClock implements Clock {
    public static final Instant START = Instant.parse("2026-11-22T18:00:00Z");

    private final List<Duration> sleeps = new ArrayList<>();
    private Duration elapsed = Duration.ZERO;

    @Override
    public Instant now() {
        return START.plus(elapsed);
    }

    @Override
    public Duration elapsed() {
        return elapsed;
    }

    @Override
    public void sleep(Duration duration) {
        sleeps.add(duration);
        advance(duration);
    }

    public void advance(Duration duration) {
        elapsed = elapsed.plus(duration);
    }

    public List<Duration> sleeps() {
        return sleeps;
    }
}
