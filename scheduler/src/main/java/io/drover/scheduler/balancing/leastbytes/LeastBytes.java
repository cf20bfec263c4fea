package io.drover.scheduler.balancing.leastbytes;

import io.drover.messages.VmId;
import io.drover.scheduler.balancing.BalancingStrategy;
import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.balancing.Plan;
import io.drover.scheduler.balancing.Refusal;
import io.drover.scheduler.balancing.Refusal.Code;
import io.drover.scheduler.balancing.RefusalCause;
import io.drover.scheduler.balancing.drain.Evacuation;
import io.drover.scheduler.balancing.explain.Sentences;
import io.drover.scheduler.balancing.load.Amounts;
import io.drover.scheduler.balancing.load.Overload;
import io.drover.scheduler.balancing.rules.MoveGuard;
import io.drover.scheduler.balancing.rules.Placement;
import io.drover.scheduler.balancing.rules.PlannedLoad;
import io.drover.scheduler.balancing.rules.ReliefInProgress;
import io.drover.scheduler.cluster.ClusterSnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Relieves each overloaded host, down to the low mark, by the VMs whose move costs the fewest bytes (memory,
 * allocated data, allocated swap), and sends each to the host that is least loaded after it.
 */
public final class LeastBytes implements BalancingStrategy {
    @Override
    public String name() {
        return "least-bytes";
    }

    @Override
    public Plan plan(ClusterSnapshot snapshot) {
        PlannedLoad forecast = PlannedLoad.of(snapshot);
        var refused = new ArrayList<Refusal>();
        var sentences = new ArrayList<String>();
        Sentences.stale(forecast).forEach(refused::add);
        for (Overload overload : overloads(forecast)) {
            Relieved relieved = relieve(overload, forecast);
            forecast = relieved.forecast();
            refused.addAll(relieved.refused());
            sentences.add(relieved.sentence());
        }
        if (sentences.isEmpty()) {
            sentences.add(Sentences.calm(forecast));
        }
        return new Plan(forecast.planned(), refused, String.join(". ", sentences));
    }

    @Override
    public Plan evacuate(ClusterSnapshot snapshot, List<VmId> ids) {
        return Evacuation.plan(snapshot, ids);
    }

    /** The worst first. */
    private static List<Overload> overloads(PlannedLoad forecast) {
        return forecast.snapshot().hosts().stream()
                .filter(host -> !forecast.stale(host))
                .flatMap(host -> Overload.of(host, forecast.snapshot().rules()).stream())
                .sorted(Comparator.comparingDouble((Overload overload) -> overload.fraction(overload.held()))
                        .reversed()
                        .thenComparing(overload -> overload.host().id()))
                .toList();
    }

    private static Relieved relieve(Overload overload, PlannedLoad forecast) {
        Optional<RefusalCause> wait = ReliefInProgress.answers(overload, forecast);
        if (wait.isPresent()) {
            return unmoved(
                    overload, forecast, List.of(), wait.get().code(), wait.get().reason());
        }
        var search = new Relief(overload, forecast, MoveGuard.balancing());
        return search.find()
                .map(found -> moved(overload, search, forecast, found))
                .orElseGet(() -> notMoved(overload, search, forecast));
    }

    private static Relieved moved(Overload overload, Relief search, PlannedLoad before, PlannedLoad found) {
        List<Move> bare =
                found.planned().subList(before.planned().size(), found.planned().size());
        String what = bare.stream()
                .map(move -> Sentences.named(move.vm()) + " to " + move.destination())
                .collect(Collectors.joining(" and "));
        double after = overload.fraction(found.relieved(overload.host()));
        String still = after > overload.rules().low() + 0.005
                ? ", still over the low mark of "
                        + Amounts.percent(overload.rules().low())
                : "";
        String reason = overload.text() + "; moving " + what + " brings it to " + Amounts.percent(after) + still;
        PlannedLoad forecast = before;
        var refused = new ArrayList<Refusal>();
        for (Move move : bare) {
            refused.addAll(
                    Placement.of(move.vm(), forecast, MoveGuard.balancing()).refused());
            forecast = forecast.with(new Move(move.vm(), move.destination(), reason));
        }
        String others = Sentences.others(refused);
        refused.addAll(new Alternatives(overload, before).notChosen(search.candidates(), bare));
        return new Relieved(forecast, refused, reason + others);
    }

    private static Relieved notMoved(Overload overload, Relief search, PlannedLoad forecast) {
        List<Refusal> refused = search.candidates().stream()
                .flatMap(vm -> Placement.of(vm, forecast, MoveGuard.balancing()).refused().stream())
                .distinct()
                .toList();
        String why = search.candidates().isEmpty()
                ? "none of its VMs is running and measured"
                : "none of its " + search.candidates().size() + " VMs can go anywhere";
        return unmoved(overload, forecast, refused, Code.NO_BENEFICIAL_MIGRATION, "no beneficial migration: " + why);
    }

    private static Relieved unmoved(
            Overload overload, PlannedLoad forecast, List<Refusal> refused, Code code, String why) {
        var all = new ArrayList<>(refused);
        all.add(new Refusal(code, null, overload.host().id(), why));
        return new Relieved(forecast, all, overload.text() + "; " + why + Sentences.others(refused));
    }

    private record Relieved(PlannedLoad forecast, List<Refusal> refused, String sentence) {}
}
