package io.drover.scheduler.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.drover.messages.VmId;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.scheduler.DailyLoads;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The VMs' usual days, read once an hour: they change slowly, and every slot of a week is added up. */
final class DailyProfiles {
    private static final Logger LOG = LoggerFactory.getLogger(DailyProfiles.class);
    private static final Duration LOOKED_BACK = Duration.ofDays(7);
    private static final Duration READ_EVERY = Duration.ofHours(1);

    private final DailyLoads loads;

    @GuardedBy("this")
    private Map<VmId, List<Double>> known = Map.of();

    @GuardedBy("this")
    private Instant readAt = Instant.MIN;

    DailyProfiles(DailyLoads loads) {
        this.loads = loads;
    }

    /** Mean cores by hour of the day, UTC; empty where that is not known. */
    synchronized List<Double> of(VmId vm, Instant now) {
        if (readAt.isBefore(now.minus(READ_EVERY)) || readAt.isAfter(now)) {
            read(now);
        }
        return known.getOrDefault(vm, List.of());
    }

    @GuardedBy("this")
    private void read(Instant now) {
        readAt = now;
        try {
            known = Map.copyOf(loads.cpuCoresByHour(now.minus(LOOKED_BACK), now));
        } catch (StoreUnavailableException e) {
            LOG.warn("the VMs' usual days are not known anew: {}", e.getMessage());
        }
    }
}
