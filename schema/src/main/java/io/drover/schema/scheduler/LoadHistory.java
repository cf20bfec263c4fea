package io.drover.schema.scheduler;

import io.drover.messages.HostId;
import io.drover.messages.VmId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What VMs used, in slots of equal length. Every list of a host or VM has an entry for each slot.
 *
 * @param since when the first slot begins
 * @param slots how many there are
 * @param hosts those that were heard of within the slots, by id
 * @param vms those that were measured within the slots, by name
 */
public record LoadHistory(Instant since, int slotSeconds, int slots, List<HostHistory> hosts, List<VmHistory> vms) {
    /** Length of the slots that reports are rolled up to. */
    public static final int SLOT_SECONDS = 300;

    public LoadHistory {
        hosts = List.copyOf(hosts);
        vms = List.copyOf(vms);
    }

    /** How many reports of a host each slot holds; 0: nothing is known of its VMs then. */
    public record HostHistory(HostId host, List<Integer> samples) {
        public HostHistory {
            samples = List.copyOf(samples);
        }
    }

    /**
     * A VM's use of its processors.
     *
     * @param host where it was measured last within the slots
     * @param cpuCores mean of each slot; null where no report names it
     */
    public record VmHistory(VmId vm, String name, int vcpus, HostId host, List<@Nullable Double> cpuCores) {
        public VmHistory {
            cpuCores = Collections.unmodifiableList(new ArrayList<>(cpuCores));
        }
    }
}
