package io.drover.scheduler.balancing.priced;

import io.drover.scheduler.balancing.Dimension;
import io.drover.scheduler.balancing.Refusal;
import io.drover.scheduler.balancing.Refusal.Code;
import io.drover.scheduler.balancing.RefusalCause;
import io.drover.scheduler.balancing.demand.DemandForecast;
import io.drover.scheduler.balancing.load.Amounts;
import io.drover.scheduler.balancing.load.CopyRates;
import io.drover.scheduler.balancing.load.Demands;
import io.drover.scheduler.balancing.load.Overload;
import io.drover.scheduler.balancing.problem.OverloadedHost;
import io.drover.scheduler.balancing.rules.PlannedLoad;
import io.drover.scheduler.cluster.ClusterSnapshot;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Rules;
import io.drover.scheduler.cluster.Sample;
import io.drover.scheduler.cluster.Vm;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which hosts are to be relieved: over the high mark in k of n samples, probably still so when the longest candidate
 * move would be done, and, where somebody measures pressure, with somebody waiting (Sandpiper, NSDI 2007, asks for the
 * first two).
 */
final class OverloadDetector {
    private final PlannedLoad forecast;
    private final Demands demands;
    private final CopyRates rates;

    OverloadDetector(PlannedLoad forecast, Demands demands, CopyRates rates) {
        this.forecast = forecast;
        this.demands = demands;
        this.rates = rates;
    }

    /** Exactly one is there, or none where the host is simply not overloaded. */
    record Verdict(Optional<OverloadedHost> hot, Optional<Refusal> refusal, Optional<Overload> overload) {}

    Verdict judge(Host host, List<Vm> vms) {
        ClusterSnapshot snapshot = forecast.snapshot();
        Optional<RefusalCause> undecidable = forecast.eligibility().ofHost(host);
        if (undecidable.isPresent()) {
            RefusalCause ground = undecidable.get();
            return refused(Optional.empty(), ground.code(), host, ground.reason());
        }
        Rules rules = snapshot.rules();
        if (forecast.stale(host)) {
            return refused(
                    Optional.empty(),
                    Code.STALE_TELEMETRY,
                    host,
                    "no telemetry newer than " + Amounts.seconds(rules.staleAfter()));
        }
        return Overload.of(host, rules)
                .map(overload -> confirm(overload, vms))
                .orElse(new Verdict(Optional.empty(), Optional.empty(), Optional.empty()));
    }

    private Verdict confirm(Overload overload, List<Vm> vms) {
        Host host = overload.host();
        double pressure = host.samples().stream()
                .mapToDouble(Sample::cpuPressure)
                .filter(value -> !Double.isNaN(value))
                .average()
                .orElse(1);
        if (overload.over().equals(Set.of(Dimension.CPU))
                && pressure < overload.rules().economy().pressure()) {
            String reason = "nobody waits for a processor: pressure is "
                    + String.format(Locale.ROOT, "%.1f %%", pressure * 100);
            return refused(Optional.of(overload), Code.NO_PRESSURE, host, reason);
        }
        Map<Dimension, DemandForecast> outlooks = new EnumMap<>(Dimension.class);
        overload.over().forEach(dimension -> outlooks.put(dimension, demands.outlook(host, dimension, vms)));
        double horizon = longestMove(host, vms);
        double risk = outlooks.entrySet().stream()
                .mapToDouble(entry -> entry.getValue()
                        .risk(overload.rules().high() * entry.getKey().capacity(host), horizon))
                .max()
                .orElse(0);
        double least = overload.rules().economy().risk();
        if (risk <= least) {
            String reason =
                    "it will pass: in " + Math.round(horizon) + " s, when a move would be done, it is over with "
                            + Amounts.percent(risk) + " probability, and " + Amounts.percent(least) + " are needed";
            return refused(Optional.of(overload), Code.WILL_PASS, host, reason);
        }
        return new Verdict(
                Optional.of(new OverloadedHost(overload, vms, outlooks, risk)),
                Optional.empty(),
                Optional.of(overload));
    }

    private double longestMove(Host host, List<Vm> vms) {
        double rate = rates.bytesPerSecond(host, host);
        return Math.min(
                demands.paybackSeconds(),
                vms.stream()
                        .filter(vm -> vm.running() && vm.measured())
                        .mapToDouble(vm -> CopyRates.bytes(vm, rate, 0) / rate)
                        .max()
                        .orElse(0));
    }

    private static Verdict refused(Optional<Overload> overload, Code code, Host host, String reason) {
        return new Verdict(Optional.empty(), Optional.of(new Refusal(code, null, host.id(), reason)), overload);
    }
}
