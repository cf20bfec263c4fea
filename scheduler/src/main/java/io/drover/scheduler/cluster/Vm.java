package io.drover.scheduler.cluster;

import io.drover.messages.HostId;
import io.drover.messages.VmId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A VM and what its move would cost.
 *
 * @param running whether its owner runs it; a stopped VM has no load to move
 * @param measured whether its owner's recent reports name it
 * @param cpuCores mean over the samples looked at
 * @param memoryBytes memory by definition
 * @param residentBytes newest resident size of its process
 * @param diskBytes bytes allocated for disks of role data
 * @param swapBytes bytes allocated for disks of role swap
 * @param labels what its owner says about where and when it may go, by key ({@code drover.affinity}, …); in key order
 * @param dirtyBytesPerSecond memory the guest dirties; 0 where nobody measures it
 * @param writeBytesPerSecond what it writes to its disks
 * @param samples its load, oldest first, as many as its host's; empty in snapshots that do not say
 * @param dailyCpuCores mean by hour of the day, UTC, from 0 to 23; empty with less than two days of samples
 */
public record Vm(
        VmId id,
        String name,
        HostId owner,
        boolean running,
        boolean measured,
        double cpuCores,
        long memoryBytes,
        long residentBytes,
        long diskBytes,
        long swapBytes,
        Map<String, String> labels,
        double dirtyBytesPerSecond,
        double writeBytesPerSecond,
        List<Sample> samples,
        List<Double> dailyCpuCores) {
    public Vm {
        samples = List.copyOf(samples);
        dailyCpuCores = List.copyOf(dailyCpuCores);
        if (!dailyCpuCores.isEmpty() && dailyCpuCores.size() != 24) {
            throw new IllegalArgumentException("daily_cpu: " + dailyCpuCores.size() + " hours, not 24");
        }
        labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    }

    /** Bytes a move sends at least: touched memory (the process holds more than the guest's), data, swap. */
    public long moveBytes() {
        return Math.min(residentBytes, memoryBytes) + diskBytes + swapBytes;
    }

    public long imageBytes() {
        return diskBytes + swapBytes;
    }
}
