package io.drover.scheduler.balancing.priced;

import io.drover.messages.HostId;
import io.drover.scheduler.balancing.Dimension;
import io.drover.scheduler.balancing.Findings.Gate;
import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.balancing.demand.DemandForecast;
import io.drover.scheduler.balancing.load.CopyRates;
import io.drover.scheduler.balancing.load.Demands;
import io.drover.scheduler.balancing.problem.OverloadedHost;
import io.drover.scheduler.balancing.rules.PlannedLoad;
import io.drover.scheduler.cluster.Economy;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Vm;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Is it worth it? Overload-seconds avoided until the payback is over, which begins when the last copy is done, against
 * what the copies cost the VMs and both links while they run. Copies go one after the other and each relieves when
 * it is done: a host that needs many is worth the first ones already. A load that passes by itself before that avoids
 * nothing.
 */
final class CostBenefitGate {
    private final PlannedLoad forecast;
    private final Demands demands;
    private final CopyRates rates;
    private final Economy economy;

    CostBenefitGate(PlannedLoad forecast, Demands demands, CopyRates rates) {
        this.forecast = forecast;
        this.demands = demands;
        this.rates = rates;
        economy = forecast.snapshot().rules().economy();
    }

    Gate judge(OverloadedHost hot, List<Move> moves) {
        double copies = 0;
        double after = 0;
        var gone = new ArrayList<Vm>();
        var come = new ArrayList<Vm>();
        for (Move move : moves) {
            double took = copySeconds(move);
            after += hot.secondsOverAfter(gone, come, copies, copies + took);
            copies += took;
            if (move.source().equals(hot.host().id())) {
                gone.add(move.vm());
            } else if (move.destination().equals(hot.host().id())) {
                come.add(move.vm()); // the other half of an exchange
            }
        }
        double end = copies + demands.paybackSeconds();
        after += hot.secondsOverAfter(gone, come, copies, end) + destinations(hot, moves, copies, end);
        double before = hot.secondsOver(0, end);
        double cost = economy.degradation() * copies * (1 + 2 * economy.linkShare());
        double avoided = before - after;
        boolean worthIt = avoided >= economy.worth() * cost && avoided > economy.margin() * before;
        return new Gate(before, after, copies, cost, worthIt);
    }

    double copySeconds(Move move) {
        double rate = rates.bytesPerSecond(forecast.host(move.source()), forecast.host(move.destination()));
        return CopyRates.bytes(move.vm(), rate, 0) / rate;
    }

    private double destinations(OverloadedHost hot, List<Move> moves, double from, double to) {
        return moves.stream()
                .map(Move::destination)
                .filter(host -> !host.equals(hot.host().id()))
                .distinct()
                .mapToDouble(host -> more(forecast.host(host), moves, from, to))
                .sum();
    }

    /** Overload that comes to a destination with the VMs, less what leaves it in exchange. */
    private double more(Host host, List<Move> moves, double from, double to) {
        double limit = forecast.snapshot().rules().high() * host.cpuCores();
        DemandForecast now = demands.outlook(host, Dimension.CPU, List.of());
        DemandForecast then = Demands.changed(
                now, Dimension.CPU, vms(moves, Move::source, host), vms(moves, Move::destination, host));
        return Math.max(0, then.overload(limit, from, to) - now.overload(limit, from, to));
    }

    private static List<Vm> vms(List<Move> moves, Function<Move, HostId> end, Host host) {
        return moves.stream()
                .filter(move -> end.apply(move).equals(host.id()))
                .map(Move::vm)
                .toList();
    }
}
