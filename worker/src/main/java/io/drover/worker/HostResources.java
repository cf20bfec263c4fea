package io.drover.worker;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** What the host has, for settings that were left out. */
public record HostResources(int cpuCores, long memoryBytes) {
    /** Of the machine this program runs on; in a container what the container may use. */
    public static HostResources measured() {
        var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new HostResources(system.getAvailableProcessors(), system.getTotalMemorySize());
    }
}
