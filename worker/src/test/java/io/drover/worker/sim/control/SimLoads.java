package io.drover.worker.sim.control;

import io.drover.messages.HostId;
import io.drover.messages.HostReport;
import io.drover.messages.HostReport.HostCapacity;
import io.drover.messages.HostReport.HostLoad;
import io.drover.messages.HostReport.VmLoad;
import io.drover.messages.VmId;
import io.drover.worker.sim.host.SimHost;
import io.drover.worker.sim.host.SimImage;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the guests want of a processor, wherever they run, and what their hosts measure of it. */
public final class SimLoads {
    /** Of every host. */
    public static final HostCapacity CAPACITY = new HostCapacity(4, 1L << 30, 1L << 30, 100_000_000);

    private static final double UNREST = 0.03;
    private final SimFleet fleet;
    private final Map<VmId, Double> cores = new TreeMap<>();

    public SimLoads(SimFleet fleet) {
        this.fleet = fleet;
    }

    public void want(VmId vm, double wanted) {
        cores.put(vm, wanted);
    }

    public double of(VmId vm) {
        return cores.getOrDefault(vm, 0.0);
    }

    public List<VmId> running(HostId host) {
        return fleet.host(host).processes.entrySet().stream()
                .filter(entry -> entry.getValue().running())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** As a fraction of the processor. */
    public double of(HostId host) {
        return running(host).stream().mapToDouble(this::of).sum() / CAPACITY.cpuCores();
    }

    /** What the host's worker would report now. */
    public HostReport report(HostId host, double periodSeconds) {
        List<VmLoad> vms =
                running(host).stream().map(vm -> load(fleet.host(host), vm)).toList();
        double cpu = vms.stream().mapToDouble(VmLoad::cpuCores).sum();
        long memory = vms.stream().mapToLong(VmLoad::memoryBytes).sum();
        return new HostReport(
                host,
                fleet.database().at(),
                periodSeconds,
                CAPACITY,
                new HostLoad(cpu, memory, 0, 0, CAPACITY.imagesBytes()),
                vms);
    }

    private VmLoad load(SimHost host, VmId vm) {
        var definition = fleet.database().vm(vm).definition;
        long allocated = definition.disks().stream()
                .mapToLong(disk -> {
                    SimImage image = host.images.get(disk.image());
                    return image == null ? 0 : image.size();
                })
                .sum();
        double used = of(vm) * (1 + UNREST * (fleet.world().below(2001) - 1000) / 1000);
        return new VmLoad(vm, used, definition.memoryBytes(), 0, 0, 0, 0, allocated, 0);
    }
}
