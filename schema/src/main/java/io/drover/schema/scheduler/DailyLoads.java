package io.drover.schema.scheduler;

import io.drover.messages.VmId;
import io.drover.schema.StoreUnavailableException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** How the VMs' load usually changes through the day. */
@FunctionalInterface
public interface DailyLoads {
    /**
     * Mean processor use in cores of each VM by hour of the day, UTC, 0 to 23. Left out is a VM of which some
     * hour was seen on fewer than two days. Throws {@link StoreUnavailableException} when the database does not answer.
     */
    Map<VmId, List<Double>> cpuCoresByHour(Instant since, Instant until);
}
