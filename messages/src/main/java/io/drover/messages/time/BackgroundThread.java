package io.drover.messages.time;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that works in the background until it is done or interrupted. Whoever closes it interrupts it and waits for its
 * end, and not for ever: a thread that hangs must not keep the program from ending.
 */
public final class BackgroundThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BackgroundThread.class);
    private static final Duration END_LIMIT = Duration.ofSeconds(10);

    private final Thread thread;

    private BackgroundThread(Thread thread) {
        this.thread = thread;
    }

    /** Does nothing before {@link #start}. */
    public static BackgroundThread virtual(String name, Runnable body) {
        return new BackgroundThread(Thread.ofVirtual().name(name).unstarted(body));
    }

    /** For work that would pin a virtual thread's carrier, such as reading files. */
    public static BackgroundThread platform(String name, Runnable body) {
        return new BackgroundThread(Thread.ofPlatform().daemon().name(name).unstarted(body));
    }

    public BackgroundThread start() {
        thread.start();
        return this;
    }

    /** Does not wait for the end, so that the thread itself may call it. */
    public void interrupt() {
        thread.interrupt();
    }

    /** Whether the thread is over within the limit, or was never started. */
    public boolean join(Duration limit) {
        try {
            return thread.getState() == Thread.State.NEW || thread.join(limit);
        } catch (InterruptedException e) {
            // Whoever waits is in a hurry itself.
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        close(END_LIMIT);
    }

    /** For work that needs longer than others to come to its end. */
    public void close(Duration limit) {
        thread.interrupt();
        if (!join(limit)) {
            LOG.warn("{} does not end", thread.getName());
        }
    }
}
