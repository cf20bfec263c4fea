package io.drover.scheduler.balancing.problem;

import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.balancing.Refusal;
import io.drover.scheduler.balancing.Refusal.Code;
import io.drover.scheduler.balancing.rules.MoveRules;
import io.drover.scheduler.balancing.rules.PlannedLoad;
import io.drover.scheduler.cluster.Vm;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The VMs of an overloaded host that may be moved at all, those of an affinity group as one.
 *
 * @param refused the others, and why
 */
public record Candidates(List<MoveUnit> items, List<Refusal> refused) {

    public static Candidates of(OverloadedHost hot, PlannedLoad forecast) {
        var items = new ArrayList<MoveUnit>();
        var refused = new ArrayList<Refusal>();
        Set<Vm> seen = new HashSet<>();
        boolean critical = forecast.eligibility().critical(hot.host().id());
        for (Vm vm : hot.vms()) {
            if (hot.overload().share(vm) <= 0 || !seen.add(vm)) {
                continue;
            }
            List<Vm> together = together(vm, forecast);
            seen.addAll(together);
            Optional<Refusal> refusal = together.stream()
                    .flatMap(one -> refusal(one, forecast, critical).stream())
                    .findFirst()
                    .or(() -> tooMany(together, forecast));
            refusal.ifPresentOrElse(
                    refused::add,
                    () -> items.add(MoveUnit.of(
                            hot.host(),
                            together,
                            together.size() == 1 && forecast.eligibility().unconstrained(vm))));
        }
        return new Candidates(items, refused);
    }

    private static List<Vm> together(Vm vm, PlannedLoad forecast) {
        var together = new ArrayList<Vm>(List.of(vm));
        forecast.eligibility()
                .companions(vm)
                .filter(other -> other.owner().equals(vm.owner()))
                .forEach(together::add);
        return together;
    }

    private static Optional<Refusal> refusal(Vm vm, PlannedLoad forecast, boolean critical) {
        if (!vm.running()) {
            return Optional.of(new Refusal(Code.NOT_RUNNING, vm.name(), null, vm.name() + " does not run"));
        }
        if (!vm.measured()) {
            return Optional.of(
                    new Refusal(Code.NOT_MEASURED, vm.name(), null, "no report names " + vm.name() + " yet"));
        }
        var anywhere = new Move(vm, vm.owner(), "");
        return MoveRules.oneOpenMigration(anywhere, forecast)
                .or(() -> forecast.eligibility()
                        .ofLabels(vm)
                        .or(() -> forecast.eligibility().history().ofVm(vm, critical))
                        .map(ground -> new Refusal(ground.code(), vm.name(), null, ground.reason())));
    }

    /** A group goes at once or not at all, so it must not need more tokens than there are. */
    private static Optional<Refusal> tooMany(List<Vm> together, PlannedLoad forecast) {
        int tokens = Math.min(
                forecast.snapshot().rules().perSource(),
                forecast.snapshot().rules().perDestination());
        return together.size() <= tokens
                ? Optional.empty()
                : Optional.of(new Refusal(
                        Code.AFFINITY,
                        together.getFirst().name(),
                        null,
                        "its affinity group has " + together.size() + " VMs, and " + tokens + " can be moved at once"));
    }
}
