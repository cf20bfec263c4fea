package io.drover.scheduler.balancing.drain;

import io.drover.messages.HostId;
import io.drover.messages.VmId;
import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.balancing.Plan;
import io.drover.scheduler.balancing.Refusal;
import io.drover.scheduler.balancing.Refusal.Code;
import io.drover.scheduler.balancing.explain.Sentences;
import io.drover.scheduler.balancing.rules.MoveGuard;
import io.drover.scheduler.balancing.rules.Placement;
import io.drover.scheduler.balancing.rules.PlannedLoad;
import io.drover.scheduler.cluster.ClusterSnapshot;
import io.drover.scheduler.cluster.Vm;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Places VMs that someone asked to leave their host, the largest first: it is the hardest to place. */
public final class Evacuation {
    private Evacuation() {}

    public static Plan plan(ClusterSnapshot snapshot, List<VmId> ids) {
        PlannedLoad forecast = PlannedLoad.of(snapshot);
        var refused = new ArrayList<Refusal>();
        var sentences = new ArrayList<String>();
        for (Vm vm : largestFirst(snapshot, ids)) {
            Placement placement = Placement.of(vm, forecast, MoveGuard.requested());
            refused.addAll(placement.refused());
            String others = Sentences.others(placement.refused());
            if (placement.destination().isEmpty()) {
                refused.add(new Refusal(Code.NO_TARGET, vm.name(), null, "no host takes " + vm.name()));
                sentences.add("no host takes " + Sentences.named(vm) + others);
                continue;
            }
            HostId destination = placement.destination().get();
            String reason =
                    "moving " + Sentences.named(vm) + " from " + vm.owner() + " to " + destination + " as requested";
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
}
