package io.drover.scheduler.balancing;

import io.drover.messages.HostId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a plan was computed from, bounded so that it can be stored with every decision.
 *
 * @param hosts the overloaded ones, most overloaded first, at most {@link #HOSTS_MAX}
 * @param hostsLeftOut overloaded hosts that are not among them
 */
public record Findings(List<HostFinding> hosts, int hostsLeftOut) {
    public static final int HOSTS_MAX = 50;
    public static final int CANDIDATES_MAX = 20;
    public static final int COVERS_MAX = 5;
    public static final Findings NONE = new Findings(List.of(), 0);

    public Findings {
        hosts = List.copyOf(hosts);
    }

    /**
     * One overloaded host.
     *
     * @param cpuCores mean demand, weighted by age
     * @param cpuDeviation standard deviation of it
     * @param risk probability of being over the high mark within the longest candidate move
     * @param candidates VMs that could go, cheapest first
     * @param covers sets of VMs that would be enough, cheapest first
     * @param gate what decided whether it is worth it; null when there was nothing to decide
     */
    public record HostFinding(
            HostId host,
            double cpuCores,
            double cpuDeviation,
            double cpuCapacity,
            double risk,
            List<Candidate> candidates,
            List<Cover> covers,
            @Nullable Gate gate) {}

    /** A VM that could go, what its cheapest move costs and what it takes away. */
    public record Candidate(String vm, long bytes, double cpuCores, long memoryBytes) {}

    /** VMs that together would be enough. */
    public record Cover(List<String> vms, long bytes) {}

    /**
     * Overload-seconds avoided against the cost of the copy, both in seconds of one host.
     *
     * @param before predicted overload until the payback is over, without the moves
     * @param after the same with them, destinations included
     * @param copySeconds how long the copies take, one after the other
     * @param cost what copying costs
     */
    public record Gate(double before, double after, double copySeconds, double cost, boolean worthIt) {}
}
