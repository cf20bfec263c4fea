package io.drover.scheduler.balancing.rules;

import io.drover.messages.HostId;
import io.drover.messages.VmId;
import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.balancing.Refusal.Code;
import io.drover.scheduler.balancing.RefusalCause;
import io.drover.scheduler.balancing.load.Load;
import io.drover.scheduler.cluster.ClusterSnapshot;
import io.drover.scheduler.cluster.Constraints;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Vm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A snapshot's VMs and hosts by id, and what their labels allow. Contradictory labels allow nothing. */
public final class Eligibility {
    private static final Constraints FREE = Constraints.read(Map.of());

    private final ClusterSnapshot snapshot;
    private final Map<HostId, Host> hosts = new HashMap<>();
    private final Map<VmId, Vm> vms = new HashMap<>();
    private final Map<VmId, Constraints> ofVms = new HashMap<>();
    private final Map<HostId, Constraints> ofHosts = new HashMap<>();
    private final Map<VmId, String> vmFaults = new HashMap<>();
    private final Map<HostId, String> hostFaults = new HashMap<>();
    private final Map<String, List<Vm>> together = new HashMap<>();
    private final Map<String, List<Vm>> apart = new HashMap<>();
    private final MoveHistory history;
    private final boolean hostsSayNothing;

    public Eligibility(ClusterSnapshot snapshot) {
        this.snapshot = snapshot;
        history = new MoveHistory(snapshot);
        for (Host host : snapshot.hosts()) {
            hosts.put(host.id(), host);
            if (!host.labels().isEmpty()) {
                read(host.labels(), fault -> hostFaults.put(host.id(), fault))
                        .ifPresent(read -> ofHosts.put(host.id(), read));
            }
        }
        for (Vm vm : snapshot.vms()) {
            vms.put(vm.id(), vm);
            if (!vm.labels().isEmpty()) {
                read(vm.labels(), fault -> vmFaults.put(vm.id(), fault)).ifPresent(read -> take(vm, read));
            }
        }
        hostsSayNothing = ofHosts.isEmpty() && hostFaults.isEmpty();
    }

    private static Optional<Constraints> read(Map<String, String> labels, Consumer<String> fault) {
        try {
            return Optional.of(Constraints.read(labels));
        } catch (IllegalArgumentException e) {
            fault.accept(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private void take(Vm vm, Constraints read) {
        ofVms.put(vm.id(), read);
        read.affinity()
                .forEach(group -> together.computeIfAbsent(group, key -> new ArrayList<>())
                        .add(vm));
        read.antiAffinity()
                .forEach(group ->
                        apart.computeIfAbsent(group, key -> new ArrayList<>()).add(vm));
        read.pinned().stream()
                .filter(host -> !hosts.containsKey(host))
                .findFirst()
                .ifPresent(host -> vmFaults.put(vm.id(), Constraints.PIN + ": no host " + host + " is known"));
    }

    Host host(HostId id) {
        Host host = hosts.get(id);
        if (host == null) {
            throw new IllegalArgumentException("host: unknown " + id);
        }
        return host;
    }

    public boolean knows(HostId id) {
        return hosts.containsKey(id);
    }

    Optional<Vm> vm(VmId id) {
        return Optional.ofNullable(vms.get(id));
    }

    public MoveHistory history() {
        return history;
    }

    public Constraints of(Vm vm) {
        return ofVms.getOrDefault(vm.id(), FREE);
    }

    /** Whether every host that has room may take it, so that nobody need ask for each. */
    public boolean unconstrained(Vm vm) {
        return hostsSayNothing && vm.labels().isEmpty() && history.silentAbout(vm);
    }

    /** Memory about to run out, or a demand half as high again as the host: what rests a VM's move is waived. */
    public boolean critical(HostId id) {
        Host host = host(id);
        Load held = Load.held(host, snapshot.rules());
        return held.memoryFraction(host) >= 0.97 || held.cpuFraction(host) >= 1.5;
    }

    /** What the VM's own labels forbid, wherever it would go. */
    public Optional<RefusalCause> ofLabels(Vm vm) {
        String fault = vmFaults.get(vm.id());
        if (fault != null) {
            return ground(Code.BAD_LABELS, vm.name() + ": " + fault);
        }
        Constraints read = of(vm);
        if (read.excluded()) {
            return ground(Code.EXCLUDED, vm.name() + " is excluded by its label " + Constraints.EXCLUDE);
        }
        return read.maintenance()
                .filter(windows -> !windows.contain(snapshot.at()))
                .flatMap(windows -> ground(
                        Code.NOT_IN_WINDOW,
                        vm.name() + " may be moved only in its window "
                                + vm.labels().get(Constraints.MAINTENANCE)));
    }

    /** Whether the host is to be emptied now. */
    public boolean inMaintenance(Host host) {
        return Optional.ofNullable(ofHosts.get(host.id())).flatMap(Constraints::maintenance).stream()
                .anyMatch(windows -> windows.contain(snapshot.at()));
    }

    /** Why nothing is decided about the host, neither as a target nor as a reason. */
    public Optional<RefusalCause> ofHost(Host host) {
        String fault = hostFaults.get(host.id());
        if (fault != null) {
            return ground(Code.BAD_LABELS, host.id() + ": " + fault);
        }
        if (ofHosts.getOrDefault(host.id(), FREE).excluded()) {
            return ground(Code.EXCLUDED, host.id() + " is excluded by its label " + Constraints.EXCLUDE);
        }
        return host.cpuCores() > 0 && host.memoryBytes() > 0
                ? Optional.empty()
                : ground(Code.NO_CAPACITY, host.id() + " has a capacity of zero");
    }

    /** What labels of both say, whoever wants the move. */
    public Optional<RefusalCause> ofPlace(Vm vm, Host host, PlannedLoad forecast) {
        if (inMaintenance(host)) {
            return ground(Code.MAINTENANCE, host.id() + " is in maintenance");
        }
        Constraints read = of(vm);
        if (!read.pinned().isEmpty() && !read.pinned().contains(host.id())) {
            return ground(
                    Code.PINNED, vm.name() + " is pinned to " + vm.labels().get(Constraints.PIN));
        }
        return cpuModel(vm, host, read).or(() -> antiAffinity(vm, host, forecast));
    }

    private Optional<RefusalCause> cpuModel(Vm vm, Host host, Constraints read) {
        Optional<String> offered = ofHosts.getOrDefault(host.id(), FREE).cpuModel();
        Optional<String> needed =
                read.cpuModel().or(() -> ofHosts.getOrDefault(vm.owner(), FREE).cpuModel());
        return needed.isEmpty() || needed.equals(offered)
                ? Optional.empty()
                : ground(
                        Code.CPU_MODEL,
                        vm.name() + " needs the processor " + needed.get() + ", " + host.id() + " has "
                                + offered.orElse("none that it says"));
    }

    /** Against where the others are and where they are going, not only against where they were. */
    private Optional<RefusalCause> antiAffinity(Vm vm, Host host, PlannedLoad forecast) {
        return of(vm).antiAffinity().stream()
                .sorted()
                .flatMap(group -> others(apart, group, vm)
                        .filter(other -> isOrComes(other, host.id(), forecast))
                        .map(other -> new RefusalCause(
                                Code.ANTI_AFFINITY,
                                vm.name() + " stays apart from " + other.name() + " (group " + group + ")")))
                .findFirst();
    }

    /** Members of an affinity group go where all the others are or go. */
    public Optional<RefusalCause> affinity(Vm vm, HostId host, PlannedLoad forecast) {
        return companions(vm)
                .filter(other -> !host.equals(goes(other, forecast)))
                .findFirst()
                .flatMap(other -> ground(Code.AFFINITY, vm.name() + " stays together with " + other.name()));
    }

    /** The running VMs that share an affinity group with it. */
    public Stream<Vm> companions(Vm vm) {
        return of(vm).affinity().stream()
                .sorted()
                .flatMap(group -> others(together, group, vm))
                .filter(Vm::running)
                .distinct();
    }

    private static Stream<Vm> others(Map<String, List<Vm>> groups, String group, Vm vm) {
        return groups.getOrDefault(group, List.of()).stream()
                .filter(other -> !other.id().equals(vm.id()));
    }

    private static boolean isOrComes(Vm vm, HostId host, PlannedLoad forecast) {
        return vm.owner().equals(host) || host.equals(goes(vm, forecast));
    }

    private static HostId goes(Vm vm, PlannedLoad forecast) {
        return Stream.concat(forecast.planned().stream(), forecast.intended().stream())
                .filter(move -> move.vm().id().equals(vm.id()))
                .map(Move::destination)
                .findFirst()
                .or(() -> forecast.openMigration(vm.id()).map(open -> open.destination()))
                .orElse(vm.owner());
    }

    private static Optional<RefusalCause> ground(Code code, String reason) {
        return Optional.of(new RefusalCause(code, reason));
    }
}
