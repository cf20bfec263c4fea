package io.drover.messages.time;

import java.time.Duration;
import java.time.Instant;

/** The machine's own clock. */
public final class SystemClock implements Clock {
    private final long start = System.nanoTime();

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        Thread.sleep(duration);
    }
}
