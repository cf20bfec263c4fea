package io.drover.scheduler.balancing.leastbytes;

import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.balancing.Refusal;
import io.drover.scheduler.balancing.Refusal.Code;
import io.drover.scheduler.balancing.load.Amounts;
import io.drover.scheduler.balancing.load.Load;
import io.drover.scheduler.balancing.load.Overload;
import io.drover.scheduler.balancing.rules.MoveGuard;
import io.drover.scheduler.balancing.rules.Placement;
import io.drover.scheduler.balancing.rules.PlannedLoad;
import io.drover.scheduler.cluster.Vm;
import java.util.List;

/** Why the other VMs of a relieved host stay. */
record Alternatives(Overload overload, PlannedLoad before) {

    List<Refusal> notChosen(List<Vm> candidates, List<Move> chosen) {
        long bytes = chosen.stream().mapToLong(move -> move.vm().moveBytes()).sum();
        return candidates.stream()
                .filter(vm -> chosen.stream().noneMatch(move -> move.vm().equals(vm)))
                .map(vm -> why(vm, bytes))
                .toList();
    }

    private Refusal why(Vm vm, long chosenBytes) {
        Placement placement = Placement.of(vm, before, MoveGuard.balancing());
        if (placement.destination().isEmpty()) {
            return placement.refused().stream()
                    .filter(refusal -> refusal.host() == null)
                    .findFirst()
                    .orElseGet(() -> refusal(Code.NO_TARGET, vm, "no host takes it"));
        }
        if (vm.moveBytes() >= chosenBytes) {
            String reason = "its move costs " + Amounts.bytes(vm.moveBytes()) + ", " + Amounts.bytes(chosenBytes)
                    + " are enough";
            return refusal(Code.COSTS_MORE, vm, reason);
        }
        double after = overload.fraction(before.relieved(overload.host()).minus(Load.of(vm)));
        return refusal(Code.TOO_LITTLE_RELIEF, vm, "without it the host would be at " + Amounts.percent(after));
    }

    private static Refusal refusal(Code code, Vm vm, String reason) {
        return new Refusal(code, vm.name(), null, reason);
    }
}
