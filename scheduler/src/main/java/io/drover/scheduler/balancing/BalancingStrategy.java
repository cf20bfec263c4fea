package io.drover.scheduler.balancing;

import io.drover.messages.VmId;
import io.drover.scheduler.cluster.ClusterSnapshot;
import java.util.List;

/**
 * Decides which VM should go where. Both functions are pure: the same snapshot gives the same plan, and nothing
 * but the snapshot is looked at.
 */
public interface BalancingStrategy {
    /** The name in configuration and in stored decisions, for example {@code drover}. */
    String name();

    /** Moves that relieve overloaded hosts; each overloaded host is named in the sentence, moves or not. */
    Plan plan(ClusterSnapshot snapshot);

    /**
     * Places VMs that someone asked to leave their host; a VM without a place is in the refusals. Unknown ids
     * are refused by {@link IllegalArgumentException}.
     */
    Plan evacuate(ClusterSnapshot snapshot, List<VmId> vms);
}
