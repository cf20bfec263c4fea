package io.drover.scheduler.balancing.load;

import io.drover.scheduler.balancing.Dimension;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Rules;
import io.drover.scheduler.cluster.Sample;
import io.drover.scheduler.cluster.Vm;
import java.util.List;

/** What a host carries; rates in bytes a second. */
public record Load(double cpuCores, double memory, double disk, double network) {
    public static final Load NONE = new Load(0, 0, 0, 0);

    /**
     * The level that k of the last n samples reached, by dimension: their k-th largest. It is over a mark exactly when
     * k of n samples are, so trigger and figures agree. Zero with fewer than k samples.
     */
    public static Load held(Host host, Rules rules) {
        int k = rules.samplesK();
        return new Load(
                kthLargest(host, Dimension.CPU, k),
                kthLargest(host, Dimension.MEMORY, k),
                kthLargest(host, Dimension.DISK, k),
                kthLargest(host, Dimension.NETWORK, k));
    }

    /** What a destination has to be counted with: the level held, or the mean where that is more. */
    public static Load cautious(Host host, Rules rules) {
        Load held = held(host, rules);
        return new Load(
                Math.max(held.cpuCores, mean(host, Dimension.CPU)),
                Math.max(held.memory, mean(host, Dimension.MEMORY)),
                Math.max(held.disk, mean(host, Dimension.DISK)),
                Math.max(held.network, mean(host, Dimension.NETWORK)));
    }

    /** What the VM takes away when it leaves. */
    public static Load of(Vm vm) {
        return new Load(vm.cpuCores(), (double) vm.residentBytes(), Dimension.DISK.of(vm), Dimension.NETWORK.of(vm));
    }

    /** What the VM may take where it arrives: all memory by definition, because the guest may touch all of it. */
    public static Load arriving(Vm vm) {
        return of(vm).withMemory((double) Math.max(vm.memoryBytes(), vm.residentBytes()));
    }

    public Load withMemory(double bytes) {
        return new Load(cpuCores, bytes, disk, network);
    }

    public Load plus(Load other) {
        return new Load(cpuCores + other.cpuCores, memory + other.memory, disk + other.disk, network + other.network);
    }

    /** Nothing falls below zero: what a VM used on average may be more than what the host used for once. */
    public Load minus(Load other) {
        return new Load(
                Math.max(0, cpuCores - other.cpuCores),
                Math.max(0, memory - other.memory),
                Math.max(0, disk - other.disk),
                Math.max(0, network - other.network));
    }

    public double of(Dimension dimension) {
        return switch (dimension) {
            case CPU -> cpuCores;
            case MEMORY -> memory;
            case DISK -> disk;
            case NETWORK -> network;
        };
    }

    public double fraction(Dimension dimension, Host host) {
        return fraction(of(dimension), dimension.capacity(host));
    }

    public double cpuFraction(Host host) {
        return fraction(Dimension.CPU, host);
    }

    public double memoryFraction(Host host) {
        return fraction(Dimension.MEMORY, host);
    }

    /** The fullest of the dimensions. */
    public double fraction(Host host) {
        double fullest = 0;
        for (Dimension dimension : Dimension.values()) {
            fullest = Math.max(fullest, fraction(dimension, host));
        }
        return fullest;
    }

    /** A host without capacity is full. */
    public static double fraction(double used, double capacity) {
        return capacity > 0 ? used / capacity : 1;
    }

    private static double mean(Host host, Dimension dimension) {
        double sum = 0;
        for (Sample sample : host.samples()) {
            sum += dimension.of(sample);
        }
        return host.samples().isEmpty() ? 0 : sum / host.samples().size();
    }

    private static double kthLargest(Host host, Dimension dimension, int k) {
        List<Sample> samples = host.samples();
        if (samples.size() < k) {
            return 0;
        }
        double[] sorted = samples.stream().mapToDouble(dimension::of).sorted().toArray();
        return sorted[sorted.length - k];
    }
}
