package io.drover.scheduler.balancing;

import io.drover.messages.HostId;
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
 * The fall-back where no host has room: two machines change places. Both hosts must hold both machines' memory and images
 * for a while; only rates are counted as exchanged.
 */
final class Exchange {
    /** Hosts looked at for one overloaded host, the emptiest first. */
    private static final int PARTNERS_MAX = 32;

    private final Forecast empty;
    private final Rates rates;
    private final Map<HostId, List<Vm>> owned;
    private final Map<Hot, Candidates> candidates;

    Exchange(Forecast empty, Rates rates, Map<HostId, List<Vm>> owned, Map<Hot, Candidates> candidates) {
        this.empty = empty;
        this.rates = rates;
        this.owned = owned;
        this.candidates = candidates;
    }

    private record Pair(Move out, Move in, long bytes) {}

    void relieve(List<Hot> left, Map<Hot, List<Move>> chosen) {
        Set<HostId> used = new HashSet<>();
        for (Hot hot : left) {
            var planned = chosen.values().stream().flatMap(List::stream).toList();
            var forecast = new Forecast(empty.snapshot(), empty.eligibility(), planned, List.of());
            cheapest(hot, forecast, used).ifPresent(pair -> {
                chosen.put(hot, List.of(pair.out(), pair.in()));
                used.add(pair.in().source());
            });
        }
    }

    private Optional<Pair> cheapest(Hot hot, Forecast forecast, Set<HostId> used) {
        List<Host> partners = forecast.snapshot().hosts().stream()
                .filter(host -> !host.id().equals(hot.host().id()) && !used.contains(host.id()))
                .filter(host -> Overload.of(host, hot.overload().rules()).isEmpty())
                .sorted(Comparator.comparingDouble((Host host) ->
                                Load.held(host, hot.overload().rules()).fraction(host))
                        .thenComparing(Host::id))
                .limit(PARTNERS_MAX)
                .toList();
        var found = new ArrayList<Pair>();
        for (Item item : candidates
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

    private List<Pair> with(Hot hot, Vm out, Host partner) {
        double rate = rates.bytesPerSecond(hot.host(), partner);
        return owned.getOrDefault(partner.id(), List.of()).stream()
                .filter(in -> in.running() && in.measured() && enough(hot, out, in))
                .map(in -> new Pair(
                        new Move(out, partner.id(), ""),
                        new Move(in, hot.host().id(), ""),
                        Rates.bytes(out, rate, 0) + Rates.bytes(in, rate, 0)))
                .toList();
    }

    private boolean enough(Hot hot, Vm out, Vm in) {
        Load after = empty.relieved(hot.host()).plus(Load.of(in)).minus(Load.of(out));
        return hot.overload().below(hot.overload().rules().high(), after);
    }

    private static boolean allowed(Pair pair, Forecast forecast) {
        Forecast both = forecast.intending(List.of(pair.out(), pair.in()));
        MoveGuard guard = MoveGuard.balancing();
        return guard.refuse(pair.out(), both).isEmpty()
                && guard.refuse(pair.in(), both.with(pair.out())).isEmpty();
    }
}
