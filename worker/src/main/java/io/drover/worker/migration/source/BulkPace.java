package io.drover.worker.migration.source;

import io.drover.worker.hypervisor.GuestIo;
import io.drover.worker.peer.LinkLimiter;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Slows one migration's bulk down while its own guest's disk requests take long; other migrations are not touched. */
final class BulkPace {
    /** Shorter, and a few requests decide; longer, and the guest waits for the answer. */
    private static final Duration SAMPLE_EVERY = Duration.ofMillis(500);

    private final MigrationContext context;
    private LatencyBackoff backoff;
    private final LinkLimiter pace;
    private Duration nextSample;
    private @Nullable GuestIo last;
    private double leastPart = 1;

    BulkPace(MigrationContext context) {
        this.context = context;
        this.backoff = new LatencyBackoff(context.policy().guestLatencyMax());
        this.pace = new LinkLimiter(context.ports().clock(), LinkLimiter.UNLIMITED);
        this.nextSample = context.ports().clock().elapsed();
    }

    /** Before so many bytes of the bulk are sent. */
    void beforeSending(int bytes) throws InterruptedException {
        pace.acquire(bytes);
    }

    /** While the guest runs: looks at its latency when it is time to. */
    void look() throws IOException, InterruptedException {
        Duration now = context.ports().clock().elapsed();
        if (context.policy().guestLatencyMax().isZero() || now.compareTo(nextSample) < 0) {
            return;
        }
        nextSample = now.plus(SAMPLE_EVERY);
        GuestIo seen = context.sourceVm().guestIo();
        GuestIo before = last;
        last = seen;
        if (before == null) {
            // A disk that has always been slow is not slow because of its copy.
            Duration usual = seen.meanSince(GuestIo.NONE);
            backoff = backoff.forDiskUsuallyAt(usual);
        } else {
            Duration latency = seen.meanSince(before);
            double partBefore = backoff.part();
            backoff.observed(latency);
            tell(partBefore, latency);
            leastPart = Math.min(leastPart, backoff.part());
            set();
        }
    }

    private void tell(double partBefore, Duration latency) {
        if (partBefore == 1 && backoff.part() < 1) {
            context.monitor().note("the guest's requests take " + latency.toMillis() + " ms: its copy makes room");
        } else if (partBefore < 1 && backoff.part() == 1) {
            context.monitor().note("the guest's requests are quick again: its copy has all of its rate");
        }
    }

    private void set() {
        double allowed = context.ports().link().bytesPerSecond();
        pace.setBytesPerSecond(
                backoff.part() >= 1 ? LinkLimiter.UNLIMITED : backoff.pace(context.bytesPerSecond(), allowed));
    }

    /** The guest is or may soon be stopped: nothing is gained by being slow. */
    void atFullRate() {
        pace.setBytesPerSecond(LinkLimiter.UNLIMITED);
    }

    /** The least part of the rate that it came to. */
    double leastPart() {
        return leastPart;
    }
}
