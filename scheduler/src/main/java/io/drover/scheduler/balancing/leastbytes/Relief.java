package io.drover.scheduler.balancing.leastbytes;

import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.balancing.load.Load;
import io.drover.scheduler.balancing.load.Overload;
import io.drover.scheduler.balancing.rules.MoveGuard;
import io.drover.scheduler.balancing.rules.Placement;
import io.drover.scheduler.balancing.rules.PlannedLoad;
import io.drover.scheduler.cluster.Vm;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The search for the VMs whose move relieves one host at the fewest bytes: down to the low mark if that can be
 * done, else below the high mark, else by the one VM that helps most.
 */
final class Relief {
    /** Sets looked at before the search settles for less; enough for every set of eleven VMs. */
    private static final int SETS_TRIED = 4096;

    private final Overload overload;
    private final PlannedLoad forecast;
    private final MoveGuard guard;
    private final List<Vm> candidates;

    Relief(Overload overload, PlannedLoad forecast, MoveGuard guard) {
        this.overload = overload;
        this.forecast = forecast;
        this.guard = guard;
        this.candidates = forecast.snapshot().vmsOf(overload.host().id()).stream()
                .filter(vm -> vm.running() && vm.measured() && overload.share(vm) > 0)
                .toList();
    }

    List<Vm> candidates() {
        return candidates;
    }

    /** The forecast with the moves in it; empty when no VM can go anywhere. */
    Optional<PlannedLoad> find() {
        // A VM that no host takes alone is in no set that can be placed.
        List<Vm> movable = candidates.stream()
                .filter(vm -> Placement.of(vm, forecast, guard).destination().isPresent())
                .toList();
        return cheapest(movable, overload.rules().low())
                .or(() -> cheapest(movable, overload.rules().high()))
                .or(() -> largest(movable));
    }

    private Optional<PlannedLoad> cheapest(List<Vm> movable, double mark) {
        var covers = new CheapestSubsets(movable);
        for (int tried = 0; tried < SETS_TRIED && covers.hasNext(); tried++) {
            List<Vm> vms = covers.next();
            if (!enough(vms, mark)) {
                continue;
            }
            Optional<PlannedLoad> placed = place(vms);
            if (placed.isPresent()) {
                return placed;
            }
        }
        return Optional.empty();
    }

    private Optional<PlannedLoad> largest(List<Vm> movable) {
        return movable.stream().max(Comparator.comparingDouble(overload::share)).flatMap(vm -> place(List.of(vm)));
    }

    private boolean enough(List<Vm> vms, double mark) {
        Load leaving = vms.stream().map(Load::of).reduce(Load.NONE, Load::plus);
        return overload.below(mark, forecast.relieved(overload.host()).minus(leaving));
    }

    /** The largest first: it is the hardest to place. */
    private Optional<PlannedLoad> place(List<Vm> vms) {
        var largestFirst = new ArrayList<>(vms);
        largestFirst.sort(Comparator.comparingDouble(overload::share).reversed().thenComparing(Vm::name));
        PlannedLoad placed = forecast;
        for (Vm vm : largestFirst) {
            Placement placement = Placement.of(vm, placed, guard);
            if (placement.destination().isEmpty()) {
                return Optional.empty();
            }
            placed = placed.with(new Move(vm, placement.destination().get(), ""));
        }
        return Optional.of(placed);
    }
}
