package io.drover.worker.peer;

import io.drover.messages.time.Clock;
import java.time.Duration;

/**
 * A token bucket for one link, shared by everybody who sends over it. May be set while they send; a waiting sender notices
 * within a tenth of a second.
 */
public final class LinkLimiter {
    /** No limit at all. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** Send no more than this at once, so that bytes go out evenly and senders take turns. */
    public static final int SLICE_BYTES = 64 << 10;

    /** What may be caught up with after a pause, or after a sleep that took too long. */
    private static final Duration BURST = Duration.ofMillis(20);

    private static final Duration SLEEP_MAX = Duration.ofMillis(100);

    private final Clock clock;
    private long bytesPerSecond;
    private double tokens;
    private Duration filledAt;

    /** @param bytesPerSecond at least 1; {@link #UNLIMITED} for none */
    public LinkLimiter(Clock clock, long bytesPerSecond) {
        this.clock = clock;
        this.bytesPerSecond = checked(bytesPerSecond);
        this.filledAt = clock.elapsed();
    }

    public synchronized long bytesPerSecond() {
        return bytesPerSecond;
    }

    public synchronized void setBytesPerSecond(long limit) {
        fill();
        bytesPerSecond = checked(limit);
    }

    /** Returns when so many bytes may be sent; best no more than {@link #SLICE_BYTES} at once. */
    public void acquire(int bytes) throws InterruptedException {
        Duration wait = tryAcquire(bytes);
        while (wait.isPositive()) {
            clock.sleep(wait);
            wait = tryAcquire(bytes);
        }
    }

    /** Takes the tokens, into debt if need be, once there is no debt; otherwise says how long to wait. */
    private synchronized Duration tryAcquire(int bytes) {
        if (bytesPerSecond == UNLIMITED) {
            return Duration.ZERO;
        }
        fill();
        if (tokens >= 0) {
            tokens -= bytes;
            return Duration.ZERO;
        }
        Duration untilPaid = Duration.ofNanos((long) Math.min(-tokens * 1e9 / bytesPerSecond + 1, Long.MAX_VALUE));
        return untilPaid.compareTo(SLEEP_MAX) < 0 ? untilPaid : SLEEP_MAX;
    }

    private void fill() {
        Duration now = clock.elapsed();
        double seconds = now.minus(filledAt).toNanos() / 1e9;
        double most = bytesPerSecond * (BURST.toNanos() / 1e9);
        tokens = Math.min(tokens + seconds * bytesPerSecond, most);
        filledAt = now;
    }

    private static long checked(long bytesPerSecond) {
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException("a limit of " + bytesPerSecond + " bytes per second");
        }
        return bytesPerSecond;
    }
}
