package io.drover.worker.migration.destination;

import io.drover.messages.time.Clock;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** Lets one thread at a time work on something, waiting by the clock so that the simulation can stand in for it. */
final class CallLock {
    private static final Duration POLL = Duration.ofMillis(5);

    private final Clock clock;
    private final AtomicBoolean taken = new AtomicBoolean();

    CallLock(Clock clock) {
        this.clock = clock;
    }

    /** Fails when it is not free within {@code limit}. */
    Held take(Duration limit) throws IOException, InterruptedException {
        if (!clock.await(() -> taken.compareAndSet(false, true), limit, POLL)) {
            throw new IOException("an earlier call is still at work after " + limit.toSeconds() + " s");
        }
        return () -> taken.set(false);
    }

    /** Ends the turn when closed. */
    interface Held extends AutoCloseable {
        @Override
        void close();
    }
}
