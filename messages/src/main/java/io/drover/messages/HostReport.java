package io.drover.messages;

import java.time.Instant;
import java.util.List;

/**
 * Telemetry of one host over one sampling period, measured from its own QEMU processes.
 *
 * @param at end of the period, by the host's clock
 * @param periodSeconds length of the period
 * @param capacity what the host may be loaded with
 * @param vms one entry a running machine
 */
public record HostReport(
        HostId host, Instant at, double periodSeconds, HostCapacity capacity, HostLoad load, List<VmLoad> vms) {
    public HostReport {
        vms = List.copyOf(vms);
    }

    /**
     * What the host may be loaded with.
     *
     * @param cpuCores processor time the host may spend on machines, in cores
     * @param imagesBytes size of the file system that holds the images
     * @param linkBytesPerSecond bandwidth for migrations
     */
    public record HostCapacity(double cpuCores, long memoryBytes, long imagesBytes, long linkBytesPerSecond) {}

    /** The sum over the host's QEMU processes; {@code imagesFreeBytes} is what the images' file system has left. */
    public record HostLoad(
            double cpuCores,
            long memoryBytes,
            double diskReadBytesPerSecond,
            double diskWriteBytesPerSecond,
            long imagesFreeBytes) {}

    /**
     * What one machine used.
     *
     * @param cpuCores processor time the QEMU process used, in cores
     * @param memoryBytes resident memory of the QEMU process
     * @param diskAllocatedBytes bytes allocated on the host for disks of role data
     * @param swapAllocatedBytes bytes allocated on the host for disks of role swap
     */
    public record VmLoad(
            VmId vm,
            double cpuCores,
            long memoryBytes,
            double diskReadBytesPerSecond,
            double diskWriteBytesPerSecond,
            double swapReadBytesPerSecond,
            double swapWriteBytesPerSecond,
            long diskAllocatedBytes,
            long swapAllocatedBytes) {}
}
