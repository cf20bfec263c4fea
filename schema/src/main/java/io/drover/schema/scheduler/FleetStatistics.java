package io.drover.schema.scheduler;

import io.drover.messages.HostId;
import io.drover.messages.MigrationState;
import io.drover.schema.record.VmRecord;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fleet in numbers, at one moment; ages are by the database's clock.
 *
 * @param migrations open ones by state; a state without any is left out
 * @param vms by what they do; what none does is left out
 * @param hosts by id
 */
public record FleetStatistics(
        List<OpenMigrations> migrations, List<Vms> vms, List<HostStatistics> hosts, Outbox outbox) {
    public FleetStatistics {
        migrations = List.copyOf(migrations);
        vms = List.copyOf(vms);
        hosts = List.copyOf(hosts);
    }

    /**
     * Open migrations of one state.
     *
     * @param leasesExpired how many of them no worker is working on
     * @param troubled how many of them are tried again and again
     * @param age of the oldest, since it was submitted
     */
    public record OpenMigrations(
            MigrationState state, int count, double bytesPerSecond, int leasesExpired, int troubled, Duration age) {}

    /** {@code troubled}: how many of them are not as they are wanted, because something is in the way. */
    public record Vms(VmRecord.Power power, int count, int troubled) {}

    /**
     * A host as it was last heard of.
     *
     * @param seenAge since its worker last registered; null: it never did
     * @param reportAge of its newest load report; null: none came
     * @param reachesBroker whether its worker could use the broker when it last registered
     */
    public record HostStatistics(
            HostId host,
            @Nullable Duration seenAge,
            @Nullable Duration reportAge,
            boolean reachesBroker,
            long imagesBytes,
            long imagesFreeBytes) {}

    /** Messages that wait for the broker; {@code age} is the oldest one's, zero without any. */
    public record Outbox(long messages, Duration age) {}
}
