package io.drover.scheduler.balancing;

import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Sample;
import io.drover.scheduler.cluster.Vm;

/** What a host can run out of, that a VM takes with it when it goes. */
public enum Dimension {
    CPU,
    MEMORY,
    DISK,
    NETWORK;

    public static final int COUNT = values().length;

    public double of(Sample sample) {
        return switch (this) {
            case CPU -> sample.cpuCores();
            case MEMORY -> sample.memoryBytes();
            case DISK -> sample.diskBytesPerSecond();
            case NETWORK -> sample.networkBytesPerSecond();
        };
    }

    /** Cores or bytes, a second where it is a rate. A host of which the rate is not known can do anything. */
    public double capacity(Host host) {
        return switch (this) {
            case CPU -> host.cpuCores();
            case MEMORY -> host.memoryBytes();
            case DISK -> known(host.diskBytesPerSecond());
            case NETWORK -> known(host.networkBytesPerSecond());
        };
    }

    /** What the VM uses; of memory what it holds now. */
    public double of(Vm vm) {
        return switch (this) {
            case CPU -> vm.cpuCores();
            case MEMORY -> vm.residentBytes();
            case DISK, NETWORK ->
                vm.samples().stream().mapToDouble(this::of).average().orElse(0);
        };
    }

    private static double known(double rate) {
        return rate > 0 ? rate : Double.POSITIVE_INFINITY;
    }
}
