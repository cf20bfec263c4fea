package io.drover.scheduler.cluster;

import java.time.Instant;

/**
 * The load of a host or of a VM over one telemetry period.
 *
 * @param at end of the period
 * @param diskBytesPerSecond read and written
 * @param networkBytesPerSecond both ways; 0 where nobody measures it
 * @param cpuPressure fraction of the period in which somebody waited for a processor (PSI "some" of a host, steal of a
 *     VM); NaN where nobody measures it
 */
public record Sample(
        Instant at,
        double cpuCores,
        long memoryBytes,
        double diskBytesPerSecond,
        double networkBytesPerSecond,
        double cpuPressure) {
    /** Of processor and memory alone. */
    public Sample(Instant at, double cpuCores, long memoryBytes) {
        this(at, cpuCores, memoryBytes, 0, 0, Double.NaN);
    }

    boolean bare() {
        return diskBytesPerSecond == 0 && networkBytesPerSecond == 0 && Double.isNaN(cpuPressure);
    }
}
