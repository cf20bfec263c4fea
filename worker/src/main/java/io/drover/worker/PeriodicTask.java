package io.drover.worker;

import io.drover.messages.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does something small again and again in a thread of its own; trouble is said once and ends when it ends. */
final class PeriodicTask implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeriodicTask.class);
    static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private final String name;
    private final Duration period;
    private final Clock clock;
    private final Work work;
    private final Thread thread;
    private boolean troubled;

    /** What is done each time. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    /** Does nothing before {@link #start}; {@code name} completes "... does not work". */
    PeriodicTask(String name, Duration period, Clock clock, Work work) {
        this.name = name;
        this.period = period;
        this.clock = clock;
        this.work = work;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    PeriodicTask start() {
        thread.start();
        return this;
    }

    private void run() {
        try {
            Duration next = clock.elapsed();
            while (true) {
                once();
                // Counted from the start of each period, so that slow work does not stretch the rhythm; what was missed
                // is
                // not made up for.
                next = next.plus(period);
                Duration wait = next.minus(clock.elapsed());
                if (wait.isPositive()) {
                    clock.sleep(wait);
                } else {
                    next = clock.elapsed();
                }
            }
        } catch (InterruptedException e) {
            // The worker closes.
            Thread.currentThread().interrupt();
        }
    }

    private void once() throws InterruptedException {
        try {
            work.run();
            if (troubled) {
                LOG.info("{} works again", name);
            }
            troubled = false;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            // The top of the thread: whatever it was must not end the rhythm.
            if (!troubled) {
                LOG.warn("{} does not work, tried again every {} ms: {}", name, period.toMillis(), e.toString());
            }
            LOG.debug("{}", name, e);
            troubled = true;
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(STOP_LIMIT);
        } catch (InterruptedException e) {
            // Whoever closes is in a hurry itself.
            Thread.currentThread().interrupt();
        }
    }
}
