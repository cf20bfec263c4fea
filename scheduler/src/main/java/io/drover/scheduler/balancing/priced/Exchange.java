package io.drover.scheduler.balancing.priced;

import io.drover.messages.HostId;
import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.balancing.load.CopyRates;
import io.drover.scheduler.balancing.load.Load;
import io.drover.scheduler.balancing.load.Overload;
import io.drover.scheduler.balancing.problem.Candidates;
import io.drover.scheduler.balancing.problem.MoveUnit;
import io.drover.scheduler.balancing.problem.OverloadedHost;
import io.drover.scheduler.balancing.rules.MoveGuard;
import io.drover.scheduler.balancing.rules.PlannedLoad;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Vm;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The fall-back where no host has room: two VMs change places. Both hosts must hold both VMs' memory and
 * images for a while; only rates are counted as exchanged.
 */
final class Exchange {
    /** Hosts looked at for one overloaded host, the emptiest first. */
    private static final int PARTNERS_MAX = 32;

    private final PlannedLoad empty;
    private final CopyRates rates;
    private final Map<HostId, List<Vm>> owned;
    private final Map<OverloadedHost, Candidates> candidates;

    Exchange(
            PlannedLoad empty,
            CopyRates rates,
            Map<HostId, List<Vm>> owned,
            Map<OverloadedHost, Candidates> candidates) {
        this.empty = empty;
        this.rates = rates;
        this.owned = owned;
        this.candidates = candidates;
    }

    private record Pair(Move out, Move in, long bytes) {}

    void relieve(List<OverloadedHost> left, Map<OverloadedHost, List<Move>> chosen) {
        Set<HostId> used = new HashSet<>();
        for (OverloadedHost hot : left) {
            var planned = chosen.values().stream().flatMap(List::stream).toList();
            var forecast = new PlannedLoad(empty.snapshot(), empty.eligibility(), planned, List.of());
            cheapest(hot, forecast, used).ifPresent(pair -> {
                chosen.put(hot, List.of(pair.out(), pair.in()));
                used.add(pair.in().source());
            });
        }
    }

    private Optional<Pair> cheapest(OverloadedHost hot, PlannedLoad forecast, Set<HostId> used) {
        List<Host> partners = forecast.snapshot().hosts().stream()
                .filter(host -> !host.id().equals(hot.host().id()) && !used.contains(host.id()))
                .filter(host -> Overload.of(host, hot.overload().rules()).isEmpty())
                .sorted(Comparator.comparingDouble((Host host) ->
                                Load.held(host, hot.overload().rules()).fraction(host))
                        .thenComparing(Host::id))
                .limit(PARTNERS_MAX)
                .toList();
        var found = new ArrayList<Pair>();
        for (MoveUnit item : candidates
                .getOrDefault(hot, new Candidates(List.of(), List.of()))
                .items()) {
            if (item.vms().size() == 1) {
                partners.forEach(host -> found.addAll(with(hot, item.vms().getFirst(), host)));
            }
        }
        found.sort(Comparator.comparingLong(Pair::bytes)
                .thenComparing(pair -> pair.out().vm().name())
                .thenComparing(pair -> pair.in().vm().name()));
        return found.stream().filter(pair -> allowed(pair, forecast)).findFirst();
    }

    private List<Pair> with(OverloadedHost hot, Vm out, Host partner) {
        double rate = rates.bytesPerSecond(hot.host(), partner);
        return owned.getOrDefault(partner.id(), List.of()).stream()
                .filter(in -> in.running() && in.measured() && enough(hot, out, in))
                .map(in -> new Pair(
                        new Move(out, partner.id(), ""),
                        new Move(in, hot.host().id(), ""),
                        CopyRates.bytes(out, rate, 0) + CopyRates.bytes(in, rate, 0)))
                .toList();
    }

    private boolean enough(OverloadedHost hot, Vm out, Vm in) {
        Load after = empty.relieved(hot.host()).plus(Load.of(in)).minus(Load.of(out));
        return hot.overload().below(hot.overload().rules().high(), after);
    }

    private static boolean allowed(Pair pair, PlannedLoad forecast) {
        PlannedLoad both = forecast.intending(List.of(pair.out(), pair.in()));
        MoveGuard guard = MoveGuard.balancing();
        return guard.refuse(pair.out(), both).isEmpty()
                && guard.refuse(pair.in(), both.with(pair.out())).isEmpty();
    }
}
