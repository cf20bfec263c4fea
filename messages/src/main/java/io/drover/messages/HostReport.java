package io.drover.messages;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Telemetry of one host over one sampling period, measured from its own QEMU processes.
 *
 * @param at end of the period, by the host's clock
 * @param periodSeconds length of the period
 * @param capacity what the host may be loaded with
 * @param vms one entry a running VM
 * @param retired what VMs left on this host when they moved away; null from workers that do not tell
 */
public record HostReport(
        HostId host,
        Instant at,
        double periodSeconds,
        HostCapacity capacity,
        HostLoad load,
        List<VmLoad> vms,
        @Nullable List<RetiredCopy> retired) {
    /** More cores than any host has; what is measured over a short period may exceed what there is a little. */
    public static final double CPU_CORES_MAX = 8192;

    /** 8 PiB: more than a host holds, and up to here every number of bytes is exact as a double too. */
    public static final long BYTES_MAX = 1L << 53;

    /** 16 TiB/s: more than any memory moves. */
    public static final double BYTES_PER_SECOND_MAX = 1L << 44;

    public HostReport {
        vms = List.copyOf(vms);
        retired = retired == null ? null : List.copyOf(retired);
    }

    public HostReport(
            HostId host, Instant at, double periodSeconds, HostCapacity capacity, HostLoad load, List<VmLoad> vms) {
        this(host, at, periodSeconds, capacity, load, vms, null);
    }

    /** The images that a VM left behind in a migration, as long as they are there. */
    public record RetiredCopy(MigrationId migration, long allocatedBytes) {}

    /**
     * What the host may be loaded with.
     *
     * @param cpuCores processor time the host may spend on VMs, in cores
     * @param imagesBytes size of the file system that holds the images
     * @param linkBytesPerSecond bandwidth for migrations
     */
    public record HostCapacity(double cpuCores, long memoryBytes, long imagesBytes, long linkBytesPerSecond) {}

    /**
     * The sum over the host's QEMU processes.
     *
     * @param imagesFreeBytes what the images' file system has left
     * @param cpuPressure fraction of the period in which some task of the host waited for a processor (PSI); null where
     *     the kernel does not tell
     * @param cpuSteal fraction of its processors' time that the host, a guest itself, did not get; null as above
     */
    public record HostLoad(
            double cpuCores,
            long memoryBytes,
            double diskReadBytesPerSecond,
            double diskWriteBytesPerSecond,
            long imagesFreeBytes,
            @Nullable Double cpuPressure,
            @Nullable Double cpuSteal) {
        public HostLoad(
                double cpuCores,
                long memoryBytes,
                double diskReadBytesPerSecond,
                double diskWriteBytesPerSecond,
                long imagesFreeBytes) {
            this(cpuCores, memoryBytes, diskReadBytesPerSecond, diskWriteBytesPerSecond, imagesFreeBytes, null, null);
        }
    }

    /**
     * What one VM used.
     *
     * @param cpuCores processor time the QEMU process used, in cores
     * @param memoryBytes resident memory of the QEMU process
     * @param diskAllocatedBytes bytes allocated on the host for disks of role data
     * @param swapAllocatedBytes bytes allocated on the host for disks of role swap
     * @param memoryDirtiedBytesPerSecond memory that the guest rewrites within a second; null where that is not
     *     measured
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
            long swapAllocatedBytes,
            @Nullable Double memoryDirtiedBytesPerSecond) {
        public VmLoad(
                VmId vm,
                double cpuCores,
                long memoryBytes,
                double diskReadBytesPerSecond,
                double diskWriteBytesPerSecond,
                double swapReadBytesPerSecond,
                double swapWriteBytesPerSecond,
                long diskAllocatedBytes,
                long swapAllocatedBytes) {
            this(
                    vm,
                    cpuCores,
                    memoryBytes,
                    diskReadBytesPerSecond,
                    diskWriteBytesPerSecond,
                    swapReadBytesPerSecond,
                    swapWriteBytesPerSecond,
                    diskAllocatedBytes,
                    swapAllocatedBytes,
                    null);
        }
    }
}
