package io.drover.scheduler.balancing;

import io.drover.messages.HostId;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Vm;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The last resort where no host has room and no two machines can change places: a machine leaves a host that has nearly room, and
 * one of the overloaded host's follows when it has gone. Only images need room for both, since what left stays as a copy.
 *
 * <p>The follower is not posted: once the place is there, the next plan finds it. So that no plan makes a second place
 * meanwhile, nothing is cleared while anything is under way, or a host's samples still show a placement that is gone.
 */
final class Clearing {
    /** Hosts looked at, the emptiest first. */
    private static final int HOSTS_MAX = 32;

    /** Pairs tried for one overloaded host, the fewest bytes first. */
    private static final int PAIRS_MAX = 256;

    private final Forecast forecast;
    private final Rates rates;
    private final Map<HostId, List<Vm>> owned;
    private final List<Host> emptiest;
    private final MoveGuard first = MoveGuard.balancing();
    private final MoveGuard then = MoveGuard.following();

    Clearing(Forecast forecast, Rates rates, Map<HostId, List<Vm>> owned) {
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
    Optional<Map.Entry<Hot, Chain>> find(List<Hot> left, Function<Hot, Candidates> candidates) {
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

    private Optional<Chain> cheapest(Hot hot, Candidates candidates) {
        var found = new ArrayList<Pair>();
        for (Item item : candidates.items()) {
            Vm out = item.vms().getFirst();
            Load after = forecast.relieved(hot.host()).minus(Load.of(out));
            if (item.vms().size() == 1
                    && hot.overload().below(hot.overload().rules().high(), after)) {
                emptiest.forEach(middle -> found.addAll(through(out, hot, middle)));
            }
        }
        return found.stream()
                .sorted(Comparator.comparingLong(Pair::bytes)
                        .thenComparing(pair -> pair.follows().vm().name())
                        .thenComparing(pair -> pair.leaves().name()))
                .limit(PAIRS_MAX)
                .flatMap(pair -> away(pair).stream())
                .findFirst();
    }

    /** All whose leaving makes room for the machine on their host. */
    private List<Pair> through(Vm out, Hot hot, Host middle) {
        var follows = new Move(out, middle.id(), "");
        if (then.refuse(follows, forecast).isPresent()) {
            return List.of();
        }
        double rate = rates.bytesPerSecond(hot.host(), middle);
        Load both = forecast.with(follows).committed(middle);
        return owned.getOrDefault(middle.id(), List.of()).stream()
                .filter(vm -> vm.running() && vm.measured())
                .filter(vm -> both.minus(Load.of(vm)).fraction(middle)
                        <= forecast.snapshot().rules().high())
                .map(vm -> new Pair(vm, follows, Rates.bytes(vm, rate, 0) + Rates.bytes(out, rate, 0)))
                .toList();
    }

    /** To the emptiest host that takes what has to leave. */
    private Optional<Chain> away(Pair pair) {
        return emptiest.stream()
                .map(host -> new Move(pair.leaves(), host.id(), ""))
                .filter(move ->
                        first.refuse(move, forecast.intending(List.of(move))).isEmpty())
                .findFirst()
                .map(move -> new Chain(move, pair.follows()));
    }
}
