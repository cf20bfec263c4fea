package io.drover.worker.hypervisor;

import io.drover.messages.DiskId;
import java.time.Duration;
import java.util.Map;

/** Counters of one machine's process; they only grow while the process lives. */
public record MachineUsage(Duration cpuTime, long residentBytes, Map<DiskId, DiskUsage> disks) {
    public MachineUsage {
        disks = Map.copyOf(disks);
    }

    public record DiskUsage(long readBytes, long writtenBytes) {}
}
