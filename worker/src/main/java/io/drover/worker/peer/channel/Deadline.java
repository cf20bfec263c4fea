package io.drover.worker.peer.channel;

import io.drover.messages.time.Clock;
import java.time.Duration;

/** Does something after a while unless it is closed before. */
public final class Deadline implements AutoCloseable {
    private final Thread thread;

    private Deadline(Thread thread) {
        this.thread = thread;
    }

    public static Deadline after(Duration limit, Clock clock, Runnable expired) {
        return new Deadline(Thread.ofVirtual().name("peer-deadline").start(() -> {
            try {
                clock.sleep(limit);
                expired.run();
            } catch (InterruptedException e) {
                // Closed in time: there is nothing to do.
            }
        }));
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
