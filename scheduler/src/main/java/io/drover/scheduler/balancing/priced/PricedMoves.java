package io.drover.scheduler.balancing.priced;

import io.drover.messages.VmId;
import io.drover.scheduler.balancing.BalancingStrategy;
import io.drover.scheduler.balancing.Plan;
import io.drover.scheduler.balancing.drain.Evacuation;
import io.drover.scheduler.balancing.problem.Candidates;
import io.drover.scheduler.balancing.problem.FleetProblem;
import io.drover.scheduler.balancing.rules.MoveAdmission;
import io.drover.scheduler.balancing.search.PlacementEngine;
import io.drover.scheduler.balancing.search.RegretSearch;
import io.drover.scheduler.cluster.ClusterSnapshot;
import java.util.List;

/**
 * Relieves hosts that probably stay overloaded, by the VMs whose copies cost the fewest bytes, all hosts at once,
 * and only where the overload avoided is worth the copy. Its parts: {@link OverloadDetector}, {@link Candidates},
 * {@link FleetProblem}, {@link Exchange}, {@link MakeRoom}, {@link CostBenefitGate}, {@link MoveAdmission}.
 */
public final class PricedMoves implements BalancingStrategy {
    private final PlacementEngine engine = new RegretSearch();

    @Override
    public String name() {
        return "drover";
    }

    @Override
    public Plan plan(ClusterSnapshot snapshot) {
        return new Planning(snapshot, engine).plan();
    }

    @Override
    public Plan evacuate(ClusterSnapshot snapshot, List<VmId> vms) {
        return Evacuation.plan(snapshot, vms);
    }
}
