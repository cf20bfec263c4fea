package io.drover.scheduler.cluster;

import io.drover.messages.HostId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A host: what it may be loaded with, and what it was.
 *
 * @param imagesFreeBytes what the file system of the images has left
 * @param reservedMemoryBytes memory promised to migrations on their way to it
 * @param reservedImageBytes image space promised to migrations on their way to it
 * @param samples at most n, oldest first; only those that show the present placement (none before a completed move)
 * @param labels what its operator says about it, by key ({@code drover.maintenance}, …); in key order
 * @param diskBytesPerSecond what its disks can do; 0: not known, and no limit
 * @param networkBytesPerSecond what its guests' network can do; 0: not known, and no limit
 */
public record Host(
        HostId id,
        double cpuCores,
        long memoryBytes,
        long imagesFreeBytes,
        long linkBytesPerSecond,
        long reservedMemoryBytes,
        long reservedImageBytes,
        List<Sample> samples,
        Map<String, String> labels,
        double diskBytesPerSecond,
        double networkBytesPerSecond) {
    public Host {
        samples = List.copyOf(samples);
        labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    }
}
