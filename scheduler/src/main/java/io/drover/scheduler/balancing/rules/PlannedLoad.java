package io.drover.scheduler.balancing.rules;

import io.drover.messages.HostId;
import io.drover.messages.VmId;
import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.balancing.load.Load;
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
 *
 * @param intended moves of the same plan that are not counted yet; only who goes with whom is read from them
 */
public record PlannedLoad(ClusterSnapshot snapshot, Eligibility eligibility, List<Move> planned, List<Move> intended) {
    public PlannedLoad {
        intended = List.copyOf(intended);
        planned = List.copyOf(planned);
    }

    public static PlannedLoad of(ClusterSnapshot snapshot) {
        return new PlannedLoad(snapshot, new Eligibility(snapshot), List.of(), List.of());
    }

    public PlannedLoad intending(List<Move> moves) {
        return new PlannedLoad(snapshot, eligibility, planned, moves);
    }

    public PlannedLoad with(Move move) {
        var more = new ArrayList<>(planned);
        more.add(move);
        return new PlannedLoad(snapshot, eligibility, more, intended);
    }

    public Host host(HostId id) {
        return eligibility.host(id);
    }

    /** The host as a source: what leaves is gone, what comes is there. */
    public Load relieved(Host host) {
        Load leaving = leaving(host.id()).map(Load::of).reduce(Load.NONE, Load::plus);
        return Load.held(host, snapshot.rules()).plus(coming(host)).minus(leaving);
    }

    /** The host as a destination. Open migrations' memory is what the database reserved for them. */
    public Load committed(Host host) {
        Load exchanged = Stream.concat(planned.stream(), intended.stream())
                .filter(move -> move.source().equals(host.id()) && isExchanged(move))
                .distinct()
                .map(move -> Load.of(move.vm()).withMemory(0))
                .reduce(Load.NONE, Load::plus);
        return Load.cautious(host, snapshot.rules()).plus(coming(host)).minus(exchanged);
    }

    /** Whether another VM goes the opposite way in the same plan; both hold memory twice, but work once. */
    private boolean isExchanged(Move move) {
        return Stream.concat(planned.stream(), intended.stream())
                .anyMatch(other -> other.source().equals(move.destination())
                        && other.destination().equals(move.source()));
    }

    public long imagesFree(Host host) {
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

    public Optional<InFlight> openMigration(VmId vm) {
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

    /** A sample from far ahead is as worthless as an old one: the host's clock is off. */
    public boolean stale(Host host) {
        return age(host)
                .map(age -> age.abs().compareTo(snapshot.rules().staleAfter()) > 0)
                .orElse(true);
    }

    private static Sample lastSample(Host host) {
        return host.samples().getLast();
    }

    private Stream<Vm> leaving(HostId host) {
        Stream<Vm> open = snapshot.inFlight().stream()
                .filter(migration -> migration.source().equals(host))
                .flatMap(migration -> eligibility.vm(migration.vm()).stream());
        return Stream.concat(
                open,
                planned.stream().filter(move -> move.source().equals(host)).map(Move::vm));
    }

    /** A VM that its destination owns already is in the destination's samples. */
    private Load coming(Host host) {
        Load open = snapshot.inFlight().stream()
                .filter(migration -> migration.destination().equals(host.id()))
                .flatMap(migration -> eligibility.vm(migration.vm()).stream())
                .filter(vm -> !vm.owner().equals(host.id()))
                .map(Load::of)
                .reduce(Load.NONE, Load::plus)
                .withMemory((double) host.reservedMemoryBytes());
        return plannedTo(host.id()).map(move -> Load.arriving(move.vm())).reduce(open, Load::plus);
    }

    private Stream<Move> plannedTo(HostId host) {
        return planned.stream().filter(move -> move.destination().equals(host));
    }
}
