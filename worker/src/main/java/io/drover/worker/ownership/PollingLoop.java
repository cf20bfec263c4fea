package io.drover.worker.ownership;

import io.drover.messages.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the same look again and again, at once when woken. The database is the truth; being woken only saves time. A defect
 * in a look does not end it; an Error does, and the program with it, which is made to be started again.
 */
public final class PollingLoop implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(PollingLoop.class);
    private static final Duration WAKE_POLL = Duration.ofMillis(50);

    private final Clock clock;
    private final Duration every;
    private final Look look;
    private final AtomicBoolean woken = new AtomicBoolean();

    public PollingLoop(Clock clock, Duration every, Look look) {
        this.clock = clock;
        this.every = every;
        this.look = look;
    }

    /** One look. */
    @FunctionalInterface
    public interface Look {
        void look() throws InterruptedException;
    }

    /** There may be something to do. */
    public void wake() {
        woken.set(true);
    }

    /** Returns after an interrupt. */
    @Override
    public void run() {
        try {
            while (true) {
                lookOnce();
                boolean early = clock.await(() -> woken.getAndSet(false), every, WAKE_POLL);
                LOG.trace("woken: {}", early);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void lookOnce() throws InterruptedException {
        try {
            look.look();
        } catch (RuntimeException e) {
            // Top of the thread: a defect must not end the loop that everything depends on.
            LOG.error("the loop goes on after", e);
        }
    }
}
