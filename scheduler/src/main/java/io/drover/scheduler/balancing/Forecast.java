package io.drover.scheduler.balancing;

import io.drover.messages.HostId;
import io.drover.messages.VmId;
import io.drover.scheduler.cluster.ClusterSnapshot;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.InFlight;
import io.drover.scheduler.cluster.Sample;
import io.drover.scheduler.cluster.Vm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What hosts will carry when the open migrations and the moves planned so far are done. A destination is counted with
 * all that comes and with all that has not left yet, because what leaves may come back.
 */
record Forecast(ClusterSnapshot snapshot, List<Move> planned) {
    Forecast {
        planned = List.copyOf(planned);
    }

    static Forecast of(ClusterSnapshot snapshot) {
        return new Forecast(snapshot, List.of());
    }

    Forecast with(Move move) {
        var more = new ArrayList<>(planned);
        more.add(move);
        return new Forecast(snapshot, more);
    }

    Host host(HostId id) {
        return snapshot.host(id).orElseThrow(() -> new IllegalArgumentException("host: unknown " + id));
    }

    /** The host as a source: what leaves is gone, what comes is there. */
    Load relieved(Host host) {
        double leaving = leaving(host.id()).mapToDouble(Vm::cpuCores).sum();
        long leavingMemory = leaving(host.id()).mapToLong(Vm::residentBytes).sum();
        double coming = coming(host.id()).mapToDouble(Vm::cpuCores).sum();
        long comingMemory = host.reservedMemoryBytes() + plannedMemory(host.id());
        return Load.held(host, snapshot.rules()).plus(coming - leaving, comingMemory - leavingMemory);
    }

    /** The host as a destination. Open migrations' memory is what the database reserved for them. */
    Load committed(Host host) {
        double coming = coming(host.id()).mapToDouble(Vm::cpuCores).sum();
        return Load.cautious(host, snapshot.rules())
                .plus(coming, host.reservedMemoryBytes() + plannedMemory(host.id()));
    }

    long imagesFree(Host host) {
        long planned =
                plannedTo(host.id()).mapToLong(move -> move.vm().imageBytes()).sum();
        return host.imagesFreeBytes() - host.reservedImageBytes() - planned;
    }

    long movesFrom(HostId source) {
        return snapshot.inFlight().stream()
                        .filter(open -> open.source().equals(source))
                        .count()
                + planned.stream().filter(move -> move.source().equals(source)).count();
    }

    long movesTo(HostId destination) {
        return snapshot.inFlight().stream()
                        .filter(open -> open.destination().equals(destination))
                        .count()
                + plannedTo(destination).count();
    }

    Optional<InFlight> openMigration(VmId vm) {
        return snapshot.inFlight().stream().filter(open -> open.vm().equals(vm)).findFirst();
    }

    boolean planned(VmId vm) {
        return planned.stream().anyMatch(move -> move.vm().id().equals(vm));
    }

    /** How old the host's newest sample is; empty when there is none at all. */
    Optional<Duration> age(Host host) {
        return host.samples().isEmpty()
                ? Optional.empty()
                : Optional.of(Duration.between(lastSample(host).at(), snapshot.at()));
    }

    boolean stale(Host host) {
        return age(host)
                .map(age -> age.compareTo(snapshot.rules().staleAfter()) > 0)
                .orElse(true);
    }

    private static Sample lastSample(Host host) {
        return host.samples().getLast();
    }

    private Stream<Vm> leaving(HostId host) {
        Stream<Vm> open = snapshot.inFlight().stream()
                .filter(migration -> migration.source().equals(host))
                .flatMap(migration -> snapshot.vm(migration.vm()).stream());
        return Stream.concat(
                open,
                planned.stream().filter(move -> move.source().equals(host)).map(Move::vm));
    }

    /** A machine that its destination owns already is in the destination's samples. */
    private Stream<Vm> coming(HostId host) {
        Stream<Vm> open = snapshot.inFlight().stream()
                .filter(migration -> migration.destination().equals(host))
                .flatMap(migration -> snapshot.vm(migration.vm()).stream())
                .filter(vm -> !vm.owner().equals(host));
        return Stream.concat(open, plannedTo(host).map(Move::vm));
    }

    private Stream<Move> plannedTo(HostId host) {
        return planned.stream().filter(move -> move.destination().equals(host));
    }

    /** By definition, not by use: the guest may touch all of it once it is there. */
    private long plannedMemory(HostId host) {
        return plannedTo(host)
                .mapToLong(move -> Math.max(move.vm().memoryBytes(), move.vm().residentBytes()))
                .sum();
    }
}
