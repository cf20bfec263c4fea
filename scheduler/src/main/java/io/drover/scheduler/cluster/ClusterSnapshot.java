package io.drover.scheduler.cluster;

import io.drover.messages.HostId;
import io.drover.messages.VmId;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Everything a strategy may see, at one instant; {@link SnapshotText} is its text form.
 *
 * @param hosts by id
 * @param vms by name
 * @param inFlight open migrations by id
 * @param ended migrations that ended within the cool-down or the last day, oldest first
 * @param held images of VMs on hosts that do not own them
 */
public record ClusterSnapshot(
        Instant at,
        Rules rules,
        List<Host> hosts,
        List<Vm> vms,
        List<InFlight> inFlight,
        List<EndedMigration> ended,
        List<RetainedCopy> held) {
    public ClusterSnapshot {
        // Sorted, so that the same cluster is the same text and the same plan.
        hosts = hosts.stream().sorted(Comparator.comparing(Host::id)).toList();
        vms = vms.stream()
                .sorted(Comparator.comparing(Vm::name).thenComparing(Vm::id))
                .toList();
        inFlight = inFlight.stream().sorted(Comparator.comparing(InFlight::id)).toList();
        ended = ended.stream()
                .sorted(Comparator.comparing(EndedMigration::at).thenComparing(EndedMigration::vm))
                .toList();
        held = held.stream()
                .sorted(Comparator.comparing(RetainedCopy::vm).thenComparing(RetainedCopy::host))
                .toList();
    }

    public ClusterSnapshot(
            Instant at,
            Rules rules,
            List<Host> hosts,
            List<Vm> vms,
            List<InFlight> inFlight,
            List<EndedMigration> ended) {
        this(at, rules, hosts, vms, inFlight, ended, List.of());
    }

    public Optional<Host> host(HostId id) {
        return hosts.stream().filter(host -> host.id().equals(id)).findFirst();
    }

    public Optional<Vm> vm(VmId id) {
        return vms.stream().filter(vm -> vm.id().equals(id)).findFirst();
    }

    public List<Vm> vmsOf(HostId owner) {
        return vms.stream().filter(vm -> vm.owner().equals(owner)).toList();
    }
}
