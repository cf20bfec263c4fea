package io.drover.worker.migration.source;

import io.drover.messages.DiskId;
import io.drover.messages.time.Clock;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How fast a guest makes blocks of its disks dirty: a mean that forgets. */
final class DirtyRate {
    /** Weight of the newest sample; about ten of them decide. */
    private static final double NEWEST = 0.2;

    private static final Duration SAMPLE_EVERY = Duration.ofSeconds(1);

    private final Clock clock;
    private final Map<DiskId, Long> before = new HashMap<>();
    private Duration sampledAt;
    private double bytesPerSecond;

    DirtyRate(Clock clock) {
        this.clock = clock;
        this.sampledAt = clock.elapsed();
    }

    double bytesPerSecond() {
        return bytesPerSecond;
    }

    /** Asks each disk's account, when it is time to. */
    void look(List<DiskReplication> disks) throws IOException, InterruptedException {
        Duration now = clock.elapsed();
        double seconds = now.minus(sampledAt).toNanos() / 1e9;
        if (seconds * 1e9 < SAMPLE_EVERY.toNanos()) {
            return;
        }
        sampledAt = now;
        double sum = 0;
        boolean whole = !disks.isEmpty();
        for (DiskReplication disk : disks) {
            long dirty = disk.copy().changes().dirtyBytes();
            Long earlier = before.put(disk.copy().disk(), dirty);
            // A round began in between: what was dirty before it cannot be told.
            whole &= earlier != null && dirty >= earlier;
            sum += earlier == null ? 0 : dirty - earlier;
        }
        if (whole) {
            bytesPerSecond += NEWEST * (sum / seconds - bytesPerSecond);
        }
    }
}
