package io.drover.scheduler.cluster;

import io.drover.messages.HostId;
import io.drover.messages.MigrationState;
import io.drover.messages.VmId;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A migration that ended recently; its VM rests in proportion to the bytes, and its rate is learned from.
 *
 * @param startedAt when it was posted; null in snapshots that do not say
 * @param bytes sent; 0 in snapshots that do not say
 * @param foreign somebody else than the balancer wanted it
 */
public record EndedMigration(
        VmId vm,
        HostId source,
        HostId destination,
        MigrationState state,
        Instant at,
        @Nullable Instant startedAt,
        long bytes,
        boolean foreign) {
    public EndedMigration {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes: " + bytes + " is negative");
        }
    }

    public EndedMigration(VmId vm, HostId source, HostId destination, MigrationState state, Instant at) {
        this(vm, source, destination, state, at, null, 0, false);
    }

    public boolean completed() {
        return state == MigrationState.COMPLETED;
    }

    /** Bytes a second it made; 0 when that is not known. */
    public double bytesPerSecond() {
        Instant started = startedAt;
        if (!completed() || started == null || bytes == 0 || !started.isBefore(at)) {
            return 0;
        }
        return bytes / (Duration.between(started, at).toNanos() / 1e9);
    }
}
