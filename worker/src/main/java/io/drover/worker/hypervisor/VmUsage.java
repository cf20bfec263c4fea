package io.drover.worker.hypervisor;

import io.drover.messages.DiskId;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What one VM's process has used. Counters only grow while the process lives.
 *
 * @param memoryDirtiedPerSecond bytes of memory that the guest rewrote within a second, when that was last measured; empty
 *     until it was
 */
public record VmUsage(
        Duration cpuTime, long residentBytes, OptionalDouble memoryDirtiedPerSecond, Map<DiskId, DiskUsage> disks) {
    public VmUsage {
        disks = Map.copyOf(disks);
    }

    public record DiskUsage(long readBytes, long writtenBytes) {}
}
