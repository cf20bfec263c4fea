package io.drover.worker.replication;

import io.drover.messages.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** A clock that moves only when somebody sleeps. */
public final class SteppedClock implements Clock {
    private Duration elapsed = Duration.ZERO;

    @Override
    public synchronized Instant now() {
        return Instant.EPOCH.plus(elapsed);
    }

    @Override
    public synchronized Duration elapsed() {
        return elapsed;
    }

    @Override
    public synchronized void sleep(Duration duration) {
        elapsed = elapsed.plus(duration);
    }
}
