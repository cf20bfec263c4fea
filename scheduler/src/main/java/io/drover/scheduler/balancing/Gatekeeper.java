package io.drover.scheduler.balancing;

import io.drover.messages.HostId;
import io.drover.scheduler.balancing.Findings.Gate;
import io.drover.scheduler.balancing.demand.Outlook;
import io.drover.scheduler.cluster.Economy;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Vm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Is it worth it? Overload-seconds avoided until the payback is over, which begins when the last copy is done, against what
 * the copies cost the machines and both links while they run. Copies go one after the other and each relieves when it is
 * done: a host that needs many is worth the first ones already. A load that passes by itself before that avoids nothing.
 */
final class Gatekeeper {
    private final Forecast forecast;
    private final Demands demands;
    private final Rates rates;
    private final Economy economy;

    Gatekeeper(Forecast forecast, Demands demands, Rates rates) {
        this.forecast = forecast;
        this.demands = demands;
        this.rates = rates;
        economy = forecast.snapshot().rules().economy();
    }

    Gate judge(Hot hot, List<Move> moves) {
        double copies = 0;
        double after = 0;
        var gone = new ArrayList<Vm>();
        for (Move move : moves) {
            double took = copySeconds(move);
            after += hot.secondsOverWithout(gone, copies, copies + took);
            copies += took;
            gone.add(move.vm());
        }
        double end = copies + demands.paybackSeconds();
        after += hot.secondsOverWithout(gone, copies, end) + destinations(moves, copies, end);
        double before = hot.secondsOver(0, end);
        double cost = economy.degradation() * copies * (1 + 2 * economy.linkShare());
        double avoided = before - after;
        boolean worthIt = avoided >= economy.worth() * cost && avoided > economy.margin() * before;
        return new Gate(before, after, copies, cost, worthIt);
    }

    double copySeconds(Move move) {
        double rate = rates.bytesPerSecond(forecast.host(move.source()), forecast.host(move.destination()));
        return Rates.bytes(move.vm(), rate, 0) / rate;
    }

    private double destinations(List<Move> moves, double from, double to) {
        Map<HostId, List<Vm>> coming = moves.stream()
                .collect(Collectors.groupingBy(Move::destination, Collectors.mapping(Move::vm, Collectors.toList())));
        return coming.entrySet().stream()
                .mapToDouble(entry -> more(forecast.host(entry.getKey()), entry.getValue(), from, to))
                .sum();
    }

    /** Overload that comes to a destination with the machines. */
    private double more(Host host, List<Vm> coming, double from, double to) {
        double limit = forecast.snapshot().rules().high() * host.cpuCores();
        Outlook now = demands.outlook(host, Dimension.CPU, List.of());
        double cores = coming.stream().mapToDouble(Vm::cpuCores).sum();
        Outlook then = now.changed(cores, now.variance() + variance(coming));
        return Math.max(0, then.overload(limit, from, to) - now.overload(limit, from, to));
    }

    private static double variance(List<Vm> vms) {
        return vms.stream()
                .mapToDouble(vm -> Demands.series(vm.samples(), Dimension.CPU).variance())
                .sum();
    }
}
