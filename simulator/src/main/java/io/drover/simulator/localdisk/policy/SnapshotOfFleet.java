package io.drover.simulator.localdisk.policy;

import io.drover.scheduler.cluster.ClusterSnapshot;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Rules;
import io.drover.scheduler.cluster.Sample;
import io.drover.scheduler.cluster.Vm;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A fleet as the scheduler's snapshot shows it; a thousand MIPS are a core. */
final class SnapshotOfFleet {
    /** How many samples of a host are looked at. */
    static final int SAMPLES = 12;

    private static final double MIPS_OF_A_CORE = 1000;

    private final FleetView fleet;
    private final DroverHistory history;
    private final long newest;

    SnapshotOfFleet(FleetView fleet, DroverHistory history) {
        this.fleet = fleet;
        this.history = history;
        this.newest = fleet.now() / fleet.sampleSeconds() * fleet.sampleSeconds();
    }

    ClusterSnapshot at(Rules rules) {
        int hostCount = fleet.hosts();
        var cpu = new double[hostCount][SAMPLES];
        var memory = new long[hostCount];
        var disk = new long[hostCount];
        var memoryComing = new long[hostCount];
        var diskComing = new long[hostCount];
        var vms = new ArrayList<Vm>();
        for (int vm = 0; vm < fleet.vms(); vm++) {
            int host = fleet.host(vm);
            for (int age = 0; age < samples(host); age++) {
                cpu[host][age] += fleet.demand(vm, age) / MIPS_OF_A_CORE;
            }
            memory[host] += fleet.vmResident(vm);
            disk[host] += fleet.vmDisk(vm);
            if (fleet.target(vm) != FleetView.NONE) {
                memoryComing[fleet.target(vm)] += fleet.vmMemory(vm);
                diskComing[fleet.target(vm)] += fleet.vmDisk(vm);
            }
            vms.add(vm(vm));
        }
        var hosts = new ArrayList<Host>();
        for (int host = 0; host < hostCount; host++) {
            hosts.add(new Host(
                    DroverPolicy.hostId(host),
                    fleet.hostCpu(host) / MIPS_OF_A_CORE,
                    fleet.hostMemory(host),
                    fleet.hostDisk(host) - disk[host],
                    fleet.hostLink(host),
                    memoryComing[host],
                    diskComing[host],
                    samples(host, cpu[host], memory[host]),
                    Map.of(),
                    0,
                    0));
        }
        return new ClusterSnapshot(
                Instant.ofEpochSecond(fleet.now()),
                rules,
                hosts,
                vms,
                history.inFlight(),
                history.ended(fleet),
                history.held(fleet));
    }

    /** Those that began after the host's VMs were last changed. */
    private int samples(int host) {
        long since = newest - history.changedAt(host);
        int whole = (int) Math.max(0, since / fleet.sampleSeconds());
        return Math.min(Math.min(SAMPLES, fleet.samples()), whole);
    }

    private List<Sample> samples(int host, double[] cpu, long memory) {
        var samples = new ArrayList<Sample>();
        for (int age = samples(host) - 1; age >= 0; age--) {
            samples.add(new Sample(time(age), cpu[age], memory));
        }
        return samples;
    }

    private Instant time(int age) {
        return Instant.ofEpochSecond(newest - (long) age * fleet.sampleSeconds());
    }

    private Vm vm(int vm) {
        int host = fleet.host(vm);
        int count = samples(host);
        var samples = new ArrayList<Sample>();
        double sum = 0;
        for (int age = count - 1; age >= 0; age--) {
            double cores = fleet.demand(vm, age) / MIPS_OF_A_CORE;
            samples.add(new Sample(time(age), cores, fleet.vmResident(vm)));
            sum += cores;
        }
        return new Vm(
                DroverPolicy.vmId(vm),
                "vm%06d".formatted(vm),
                DroverPolicy.hostId(host),
                true,
                count > 0,
                count == 0 ? 0 : sum / count,
                fleet.vmMemory(vm),
                fleet.vmResident(vm),
                fleet.vmDisk(vm),
                0,
                Map.of(),
                fleet.vmDirties(vm),
                fleet.vmWrites(vm),
                samples,
                List.of());
    }
}
