package io.drover.scheduler.balancing;

import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Rules;
import io.drover.scheduler.cluster.Sample;
import java.util.stream.DoubleStream;

/** What a host carries. */
record Load(double cpuCores, long memoryBytes) {

    /**
     * The level that k of the last n samples reached, by dimension: their k-th largest. It is over a mark exactly when k
     * of n samples are, so trigger and figures agree. Zero with fewer than k samples.
     */
    static Load held(Host host, Rules rules) {
        int k = rules.samplesK();
        return new Load(kthLargest(host.samples().stream().mapToDouble(Sample::cpuCores), k), (long)
                kthLargest(host.samples().stream().mapToDouble(Sample::memoryBytes), k));
    }

    /** What a destination has to be counted with: the level held, or the mean where that is more. */
    static Load cautious(Host host, Rules rules) {
        Load held = held(host, rules);
        double cpu =
                host.samples().stream().mapToDouble(Sample::cpuCores).average().orElse(0);
        double memory = host.samples().stream()
                .mapToDouble(Sample::memoryBytes)
                .average()
                .orElse(0);
        return new Load(Math.max(held.cpuCores, cpu), Math.max(held.memoryBytes, (long) memory));
    }

    Load plus(double cpu, long memory) {
        return new Load(Math.max(0, cpuCores + cpu), Math.max(0, memoryBytes + memory));
    }

    double cpuFraction(Host host) {
        return fraction(cpuCores, host.cpuCores());
    }

    double memoryFraction(Host host) {
        return fraction((double) memoryBytes, (double) host.memoryBytes());
    }

    /** The fuller of the two dimensions. */
    double fraction(Host host) {
        return Math.max(cpuFraction(host), memoryFraction(host));
    }

    /** A host without capacity is full. */
    static double fraction(double used, double capacity) {
        return capacity > 0 ? used / capacity : 1;
    }

    private static double kthLargest(DoubleStream values, int k) {
        double[] sorted = values.sorted().toArray();
        return sorted.length < k ? 0 : sorted[sorted.length - k];
    }
}
