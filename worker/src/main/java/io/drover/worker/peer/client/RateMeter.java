package io.drover.worker.peer.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.drover.messages.time.Clock;
import java.time.Duration;
import java.util.Arrays;

/** Bytes per second over the last {@link #WINDOW}. */
final class RateMeter {
    private static final Duration WINDOW = Duration.ofSeconds(4);
    private static final int SLOTS = 16;
    private static final long SLOT_NANOS = WINDOW.toNanos() / SLOTS;

    private final Clock clock;

    @GuardedBy("this")
    private final long[] bytes = new long[SLOTS];

    private final long startNanos;

    @GuardedBy("this")
    private long slot;

    RateMeter(Clock clock) {
        this.clock = clock;
        this.startNanos = clock.elapsed().toNanos();
    }

    synchronized void add(long count) {
        moveOn();
        bytes[(int) (slot % SLOTS)] += count;
    }

    synchronized double bytesPerSecond() {
        moveOn();
        long sinceStart = clock.elapsed().toNanos() - startNanos;
        long sinceSlot = sinceStart - slot * SLOT_NANOS;
        long covered = Math.min(sinceStart, (SLOTS - 1) * SLOT_NANOS + sinceSlot);
        return covered <= 0 ? 0 : Arrays.stream(bytes).sum() * 1e9 / covered;
    }

    @GuardedBy("this")
    private void moveOn() {
        long now = (clock.elapsed().toNanos() - startNanos) / SLOT_NANOS;
        for (long next = Math.max(slot + 1, now - SLOTS + 1); next <= now; next++) {
            bytes[(int) (next % SLOTS)] = 0;
        }
        slot = Math.max(slot, now);
    }
}
