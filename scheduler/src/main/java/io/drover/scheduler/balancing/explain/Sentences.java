package io.drover.scheduler.balancing.explain;

import io.drover.scheduler.balancing.Refusal;
import io.drover.scheduler.balancing.Refusal.Code;
import io.drover.scheduler.balancing.load.Amounts;
import io.drover.scheduler.balancing.load.Load;
import io.drover.scheduler.balancing.rules.PlannedLoad;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Vm;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** What people read in a decision. */
public final class Sentences {
    private Sentences() {}

    public static List<Refusal> stale(PlannedLoad forecast) {
        return forecast.snapshot().hosts().stream()
                .filter(forecast::stale)
                .map(host -> new Refusal(
                        Code.STALE_TELEMETRY,
                        null,
                        host.id(),
                        "no telemetry newer than "
                                + Amounts.seconds(forecast.snapshot().rules().staleAfter())))
                .toList();
    }

    public static String calm(PlannedLoad forecast) {
        List<Host> heard = forecast.snapshot().hosts().stream()
                .filter(host -> !forecast.stale(host))
                .toList();
        String silent = stale(forecast).stream()
                .map(refusal -> String.valueOf(refusal.host()))
                .collect(Collectors.joining(", "));
        String unheard = silent.isEmpty() ? "" : "; no recent telemetry from " + silent;
        Comparator<Host> fullest = Comparator.comparingDouble(
                host -> Load.cautious(host, forecast.snapshot().rules()).fraction(host));
        return heard.stream()
                .max(fullest)
                .map(host -> {
                    Load load = Load.cautious(host, forecast.snapshot().rules());
                    return "no host is overloaded: the fullest is " + host.id() + ", "
                            + Amounts.cpu(load.cpuCores(), host) + ", " + Amounts.memory(load.memory(), host)
                            + unheard;
                })
                .orElse("no host is known to be overloaded" + unheard);
    }

    /** For example {@code ; h3 was refused: …}; the VM is named where it could be another. */
    public static String others(List<Refusal> refused) {
        boolean several = refused.stream().map(Refusal::vm).distinct().count() > 1;
        return refused.stream()
                .map(refusal -> "; " + subject(refusal, several) + " was refused: " + refusal.reason())
                .distinct()
                .collect(Collectors.joining());
    }

    private static String subject(Refusal refusal, boolean several) {
        String vm = String.valueOf(refusal.vm());
        if (refusal.host() == null) {
            return vm;
        }
        return several ? vm + " to " + refusal.host() : refusal.host().toString();
    }

    public static String named(Vm vm) {
        return vm.measured() ? vm.name() + " (" + Amounts.bytes(vm.moveBytes()) + ")" : vm.name();
    }
}
