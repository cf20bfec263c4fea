package io.drover.scheduler.balancing;

import io.drover.messages.HostId;
import io.drover.messages.VmId;
import io.drover.scheduler.balancing.Refusal.Code;
import io.drover.scheduler.cluster.ClusterSnapshot;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Vm;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Relieves each overloaded host, down to the low mark, by the machines whose move costs the fewest bytes (memory,
 * allocated data, allocated swap), and sends each to the host that is least loaded after it.
 */
final class LeastBytes implements BalancingStrategy {
    @Override
    public String name() {
        return "least-bytes";
    }

    @Override
    public Plan plan(ClusterSnapshot snapshot) {
        Forecast forecast = Forecast.of(snapshot);
        var refused = new ArrayList<Refusal>();
        var sentences = new ArrayList<String>();
        stale(forecast).forEach(refused::add);
        for (Overload overload : overloads(forecast)) {
            Relieved relieved = relieve(overload, forecast);
            forecast = relieved.forecast();
            refused.addAll(relieved.refused());
            sentences.add(relieved.sentence());
        }
        if (sentences.isEmpty()) {
            sentences.add(calm(forecast));
        }
        return new Plan(forecast.planned(), refused, String.join(". ", sentences));
    }

    @Override
    public Plan evacuate(ClusterSnapshot snapshot, List<VmId> ids) {
        Forecast forecast = Forecast.of(snapshot);
        var refused = new ArrayList<Refusal>();
        var sentences = new ArrayList<String>();
        for (Vm vm : largestFirst(snapshot, ids)) {
            Placement placement = Placement.of(vm, forecast, MoveGuard.requested());
            refused.addAll(placement.refused());
            String others = others(placement.refused());
            if (placement.destination().isEmpty()) {
                refused.add(new Refusal(Code.NO_TARGET, vm.name(), null, "no host takes " + vm.name()));
                sentences.add("no host takes " + named(vm) + others);
                continue;
            }
            HostId destination = placement.destination().get();
            String reason = "moving " + named(vm) + " from " + vm.owner() + " to " + destination + " as requested";
            forecast = forecast.with(new Move(vm, destination, reason));
            sentences.add(reason + others);
        }
        return new Plan(
                forecast.planned(), refused, sentences.isEmpty() ? "nothing to move" : String.join(". ", sentences));
    }

    private static List<Vm> largestFirst(ClusterSnapshot snapshot, List<VmId> ids) {
        return ids.stream()
                .map(id -> snapshot.vm(id).orElseThrow(() -> new IllegalArgumentException("vm: unknown " + id)))
                .sorted(Comparator.comparingLong(Vm::memoryBytes).reversed().thenComparing(Vm::name))
                .toList();
    }

    /** The worst first. */
    private static List<Overload> overloads(Forecast forecast) {
        return forecast.snapshot().hosts().stream()
                .filter(host -> !forecast.stale(host))
                .flatMap(host -> Overload.of(host, forecast.snapshot().rules()).stream())
                .sorted(Comparator.comparingDouble((Overload overload) -> overload.fraction(overload.held()))
                        .reversed()
                        .thenComparing(overload -> overload.host().id()))
                .toList();
    }

    private static List<Refusal> stale(Forecast forecast) {
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

    private static String calm(Forecast forecast) {
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
                            + Amounts.cpu(load.cpuCores(), host) + ", " + Amounts.memory(load.memoryBytes(), host)
                            + unheard;
                })
                .orElse("no host is known to be overloaded" + unheard);
    }

    private static Relieved relieve(Overload overload, Forecast forecast) {
        Optional<Relieved> wait = waitFor(overload, forecast);
        if (wait.isPresent()) {
            return wait.get();
        }
        var search = new Relief(overload, forecast, MoveGuard.balancing());
        return search.find()
                .map(found -> moved(overload, search, forecast, found))
                .orElseGet(() -> notMoved(overload, search, forecast));
    }

    /** Whether what is under way answers the overload already. */
    private static Optional<Relieved> waitFor(Overload overload, Forecast forecast) {
        Host host = overload.host();
        // Its owner has changed but older samples of the source still show it: the figures mean nothing yet.
        Optional<Vm> settling = forecast.snapshot().inFlight().stream()
                .filter(open -> open.source().equals(host.id()))
                .flatMap(open -> forecast.snapshot().vm(open.vm()).stream())
                .filter(vm -> !vm.owner().equals(host.id()))
                .findFirst();
        if (settling.isPresent()) {
            String text = settling.get().name() + " has just left for "
                    + settling.get().owner();
            return Optional.of(unmoved(overload, forecast, List.of(), Code.SETTLING, text));
        }
        Load expected = forecast.relieved(host);
        boolean leaving = forecast.movesFrom(host.id()) > 0;
        if (leaving && overload.below(overload.rules().high(), expected)) {
            String text = "the migrations under way bring it to " + Amounts.percent(overload.fraction(expected));
            return Optional.of(unmoved(overload, forecast, List.of(), Code.RELIEF_UNDER_WAY, text));
        }
        return Optional.empty();
    }

    private static Relieved moved(Overload overload, Relief search, Forecast before, Forecast found) {
        List<Move> bare =
                found.planned().subList(before.planned().size(), found.planned().size());
        String what = bare.stream()
                .map(move -> named(move.vm()) + " to " + move.destination())
                .collect(Collectors.joining(" and "));
        double after = overload.fraction(found.relieved(overload.host()));
        String still = after > overload.rules().low() + 0.005
                ? ", still over the low mark of "
                        + Amounts.percent(overload.rules().low())
                : "";
        String reason = overload.text() + "; moving " + what + " brings it to " + Amounts.percent(after) + still;
        Forecast forecast = before;
        var refused = new ArrayList<Refusal>();
        for (Move move : bare) {
            refused.addAll(
                    Placement.of(move.vm(), forecast, MoveGuard.balancing()).refused());
            forecast = forecast.with(new Move(move.vm(), move.destination(), reason));
        }
        String others = others(refused);
        refused.addAll(new Alternatives(overload, before).notChosen(search.candidates(), bare));
        return new Relieved(forecast, refused, reason + others);
    }

    private static Relieved notMoved(Overload overload, Relief search, Forecast forecast) {
        List<Refusal> refused = search.candidates().stream()
                .flatMap(vm -> Placement.of(vm, forecast, MoveGuard.balancing()).refused().stream())
                .distinct()
                .toList();
        String why = search.candidates().isEmpty()
                ? "none of its machines is running and measured"
                : "none of its " + search.candidates().size() + " machines can go anywhere";
        return unmoved(overload, forecast, refused, Code.NO_BENEFICIAL_MIGRATION, "no beneficial migration: " + why);
    }

    private static Relieved unmoved(
            Overload overload, Forecast forecast, List<Refusal> refused, Code code, String why) {
        var all = new ArrayList<>(refused);
        all.add(new Refusal(code, null, overload.host().id(), why));
        return new Relieved(forecast, all, overload.text() + "; " + why + others(refused));
    }

    /** For example {@code ; h3 was refused: …}; the machine is named where it could be another. */
    private static String others(List<Refusal> refused) {
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

    private static String named(Vm vm) {
        return vm.measured() ? vm.name() + " (" + Amounts.bytes(vm.moveBytes()) + ")" : vm.name();
    }

    private record Relieved(Forecast forecast, List<Refusal> refused, String sentence) {}
}
