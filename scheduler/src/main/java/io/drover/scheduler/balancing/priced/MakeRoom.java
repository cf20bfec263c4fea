package io.drover.scheduler.balancing.priced;

import io.drover.messages.HostId;
import io.drover.scheduler.balancing.Dimension;
import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.balancing.load.CopyRates;
import io.drover.scheduler.balancing.load.Demands;
import io.drover.scheduler.balancing.load.Load;
import io.drover.scheduler.balancing.load.Overload;
import io.drover.scheduler.balancing.problem.Candidates;
import io.drover.scheduler.balancing.problem.CheapestTarget;
import io.drover.scheduler.balancing.problem.FleetProblem;
import io.drover.scheduler.balancing.problem.MoveUnit;
import io.drover.scheduler.balancing.problem.OverloadedHost;
import io.drover.scheduler.balancing.rules.MoveGuard;
import io.drover.scheduler.balancing.rules.PlannedLoad;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Sample;
import io.drover.scheduler.cluster.Vm;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The last resort where no host has room and no two VMs can change places: a VM leaves a host that has nearly
 * room, and one of the overloaded host's follows when it has gone. Only images need room for both, since what left
 * stays as a copy.
 *
 * <p>The follower is not posted: once the place is there, the next plan finds it. So that no plan makes a second place
 * meanwhile, nothing is cleared while anything is under way, or a host's samples still show a placement that is gone.
 */
final class MakeRoom {
    /** Hosts looked at, the emptiest first. */
    private static final int HOSTS_MAX = 32;

    /** Pairs tried for one overloaded host, the fewest bytes first. */
    private static final int PAIRS_MAX = 256;

    private final PlannedLoad forecast;
    private final CopyRates rates;
    private final Map<HostId, List<Vm>> owned;
    private final List<Host> emptiest;
    private final MoveGuard first = MoveGuard.balancing();
    private final MoveGuard then = MoveGuard.following();

    MakeRoom(PlannedLoad forecast, CopyRates rates, Map<HostId, List<Vm>> owned) {
        this.forecast = forecast;
        this.rates = rates;
        this.owned = owned;
        this.emptiest = forecast.snapshot().hosts().stream()
                .filter(host -> !forecast.stale(host))
                .filter(host -> Overload.of(host, forecast.snapshot().rules()).isEmpty())
                .sorted(Comparator.comparingDouble((Host host) ->
                                Load.held(host, forecast.snapshot().rules()).fraction(host))
                        .thenComparing(Host::id))
                .limit(HOSTS_MAX)
                .toList();
    }

    /** A move that makes room, and the one that it is for. */
    record Chain(Move clears, Move follows) {
        List<Move> moves() {
            return List.of(clears, follows);
        }
    }

    /** For one host at a time: the first that can be helped. */
    Optional<Map.Entry<OverloadedHost, Chain>> find(
            List<OverloadedHost> left, Function<OverloadedHost, Candidates> candidates) {
        return quiet()
                ? left.stream()
                        .flatMap(hot ->
                                cheapest(hot, candidates.apply(hot)).map(chain -> Map.entry(hot, chain)).stream())
                        .findFirst()
                : Optional.empty();
    }

    private boolean quiet() {
        int needed = forecast.snapshot().rules().samplesK();
        return forecast.snapshot().inFlight().isEmpty()
                && forecast.planned().isEmpty()
                && forecast.snapshot().hosts().stream()
                        .allMatch(host -> forecast.stale(host) || host.samples().size() >= needed);
    }

    /** One leaves a host so that another can come. */
    private record Pair(Vm leaves, Move follows, long bytes) {}

    private Optional<Chain> cheapest(OverloadedHost hot, Candidates candidates) {
        // What would fit if its samples said more for sure is worth waiting for: the next ones will.
        if (candidates.items().stream().anyMatch(this::fitsSomewhere)) {
            return Optional.empty();
        }
        var found = new ArrayList<Pair>();
        for (MoveUnit item : candidates.items()) {
            Vm out = item.vms().getFirst();
            Load after = forecast.relieved(hot.host()).minus(Load.of(out));
            if (item.vms().size() == 1
                    && hot.overload().below(hot.overload().rules().high(), after)) {
                emptiest.forEach(middle -> found.addAll(through(out, hot, middle)));
            }
        }
        List<Pair> cheapest = found.stream()
                .sorted(Comparator.comparingLong(Pair::bytes)
                        .thenComparing(pair -> pair.follows().vm().name())
                        .thenComparing(pair -> pair.leaves().name()))
                .limit(PAIRS_MAX)
                .toList();
        return away(cheapest);
    }

    private boolean fitsSomewhere(MoveUnit item) {
        return emptiest.stream()
                .anyMatch(host -> item.vms().stream()
                        .allMatch(vm -> first.refuse(new Move(vm, host.id(), ""), forecast)
                                .isEmpty()));
    }

    /** All whose leaving makes room for the VM on their host. */
    private List<Pair> through(Vm out, OverloadedHost hot, Host middle) {
        var follows = new Move(out, middle.id(), "");
        if (then.refuse(follows, forecast).isPresent()) {
            return List.of();
        }
        double rate = rates.bytesPerSecond(hot.host(), middle);
        Load both = forecast.with(follows).committed(middle);
        double deviation = Math.sqrt(variance(middle.samples()) + variance(out.samples()));
        double sure = middle.cpuCores() - forecast.snapshot().rules().economy().z() * deviation;
        return owned.getOrDefault(middle.id(), List.of()).stream()
                .filter(vm -> vm.running() && vm.measured())
                .filter(vm -> both.minus(Load.of(vm)).fraction(middle)
                        <= forecast.snapshot().rules().high())
                .filter(vm -> both.minus(Load.of(vm)).cpuCores() <= sure)
                .map(vm -> new Pair(vm, follows, CopyRates.bytes(vm, rate, 0) + CopyRates.bytes(out, rate, 0)))
                .toList();
    }

    private static double variance(List<Sample> samples) {
        return Demands.series(samples, Dimension.CPU).variance();
    }

    /** Where the search would send it: what has to leave has no other right to a place than what is overloaded. */
    private Optional<Chain> away(List<Pair> pairs) {
        List<MoveUnit> items = pairs.stream().map(this::leaving).toList();
        var problem = new FleetProblem(forecast, rates, items, new int[items.size()], new double[1][Dimension.COUNT]);
        for (int i = 0; i < items.size(); i++) {
            Pair pair = pairs.get(i);
            Optional<Move> clears = CheapestTarget.cheapest(problem, i)
                    .map(host -> new Move(pair.leaves(), host.id(), ""))
                    .filter(move -> first.refuse(move, forecast.intending(List.of(move)))
                            .isEmpty());
            if (clears.isPresent()) {
                return Optional.of(new Chain(clears.get(), pair.follows()));
            }
        }
        return Optional.empty();
    }

    private MoveUnit leaving(Pair pair) {
        Vm vm = pair.leaves();
        return MoveUnit.of(
                forecast.host(vm.owner()), List.of(vm), forecast.eligibility().unconstrained(vm));
    }
}
