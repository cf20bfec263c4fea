package io.drover.worker.hypervisor.qemu.process;

import io.drover.messages.time.Clock;
import java.io.IOException;
import java.time.Duration;

/** Waits for effects that QEMU does not announce reliably, by looking. */
public record PollUntil(Clock clock, Duration limit) {
    private static final Duration POLL = Duration.ofMillis(5);
    private static final Duration POLL_MAX = Duration.ofMillis(100);

    /** Waits until the condition holds; says what did not come otherwise. */
    public void await(String what, Condition condition) throws IOException, InterruptedException {
        if (!reached(condition)) {
            throw new IOException(what + " did not come within " + limit);
        }
    }

    public boolean reached(Condition condition) throws IOException, InterruptedException {
        Duration end = clock.elapsed().plus(limit);
        Duration pause = POLL;
        while (!condition.holds()) {
            if (clock.elapsed().compareTo(end) >= 0) {
                return false;
            }
            clock.sleep(pause);
            pause = pause.multipliedBy(2).compareTo(POLL_MAX) < 0 ? pause.multipliedBy(2) : POLL_MAX;
        }
        return true;
    }

    public PollUntil within(Duration other) {
        return new PollUntil(clock, other);
    }

    @FunctionalInterface
    public interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }
}
