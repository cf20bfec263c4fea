package io.drover.scheduler.cluster;

import io.drover.messages.HostId;
import io.drover.messages.MigrationState;
import io.drover.messages.VmId;
import java.time.Instant;

/** A migration that ended recently; its machine and hosts cool down. */
public record Ended(VmId vm, HostId source, HostId destination, MigrationState state, Instant at) {
    public boolean completed() {
        return state == MigrationState.COMPLETED;
    }
}
