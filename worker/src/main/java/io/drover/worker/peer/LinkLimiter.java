package io.drover.worker.peer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.drover.messages.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * A token bucket for one link, shared by everybody who sends over it. May be set while they send; a waiting sender
 * notices within a tenth of a second.
 *
 * <p>The hypervisor's own streams (its mirrors) send over the same link and only know a rate that they are told. Each
 * has a {@link Share}: the streams and, while they send, all senders of this process together get equal parts.
 */
public final class LinkLimiter {
    /** No limit at all. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** Send no more than this at once, so that bytes go out evenly and senders take turns. */
    public static final int SLICE_BYTES = 64 << 10;

    /** What may be caught up with after a pause, or after a sleep that took too long. */
    private static final Duration BURST = Duration.ofMillis(20);

    private static final Duration SLEEP_MAX = Duration.ofMillis(100);

    /**
     * Whoever sent so long ago is taken to send still. The hypervisor reckons its own rate over as long.
     */
    private static final Duration SENDING = Duration.ofMillis(100);

    private static final int SENDERS_PART_LEAST = 20;

    private final Clock clock;
    private final LongAdder acquired = new LongAdder();

    @GuardedBy("this")
    private long bytesPerSecond;

    @GuardedBy("this")
    private double tokens;

    @GuardedBy("this")
    private Duration filledAt;

    @GuardedBy("this")
    private Duration sentAt;

    @GuardedBy("this")
    private final Set<Share> shares = new HashSet<>();

    /** @param bytesPerSecond at least 1; {@link #UNLIMITED} for none */
    public LinkLimiter(Clock clock, long bytesPerSecond) {
        this.clock = clock;
        this.bytesPerSecond = checked(bytesPerSecond);
        this.filledAt = clock.elapsed();
        this.sentAt = filledAt.minus(SENDING);
    }

    /** A stream of the hypervisor's begins; it must be asked again and again, for its part changes. */
    public synchronized Share share() {
        var share = new Share();
        shares.add(share);
        return share;
    }

    /** The part of the link that one stream of the hypervisor's may use. */
    public final class Share implements AutoCloseable {
        private long told;

        /** What the stream is to be told now; from then on the others have the rest. */
        public long bytesPerSecond() {
            synchronized (LinkLimiter.this) {
                fill();
                int parts = shares.size() + (clock.elapsed().minus(sentAt).compareTo(SENDING) < 0 ? 1 : 0);
                told = Math.max(1, bytesPerSecond / Math.max(1, parts));
                return told;
            }
        }

        @Override
        public void close() {
            synchronized (LinkLimiter.this) {
                fill();
                shares.remove(this);
            }
        }
    }

    /** What the streams leave; at least a small part, for they hear of their parts a moment later. */
    @GuardedBy("this")
    private double forSenders() {
        long told = shares.stream().mapToLong(share -> share.told).sum();
        return Math.max((double) bytesPerSecond - told, (double) bytesPerSecond / SENDERS_PART_LEAST);
    }

    public synchronized long bytesPerSecond() {
        return bytesPerSecond;
    }

    public synchronized void setBytesPerSecond(long limit) {
        fill();
        bytesPerSecond = checked(limit);
    }

    /** All that was asked to be sent so far, bytes. What the hypervisor's own streams carry does not count. */
    public long acquiredBytes() {
        return acquired.sum();
    }

    /** Returns when so many bytes may be sent; best no more than {@link #SLICE_BYTES} at once. */
    public void acquire(int bytes) throws InterruptedException {
        acquired.add(bytes);
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
        sentAt = clock.elapsed();
        if (tokens >= 0) {
            tokens -= bytes;
            return Duration.ZERO;
        }
        Duration untilPaid = Duration.ofNanos((long) Math.min(-tokens * 1e9 / forSenders() + 1, Long.MAX_VALUE));
        return untilPaid.compareTo(SLEEP_MAX) < 0 ? untilPaid : SLEEP_MAX;
    }

    @GuardedBy("this")
    private void fill() {
        Duration now = clock.elapsed();
        double seconds = now.minus(filledAt).toNanos() / 1e9;
        double rate = forSenders();
        double most = rate * (BURST.toNanos() / 1e9);
        tokens = Math.min(tokens + seconds * rate, most);
        filledAt = now;
    }

    private static long checked(long bytesPerSecond) {
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException("a limit of " + bytesPerSecond + " bytes per second");
        }
        return bytesPerSecond;
    }
}
