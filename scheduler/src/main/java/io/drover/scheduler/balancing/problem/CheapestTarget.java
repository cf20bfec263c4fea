package io.drover.scheduler.balancing.problem;

import io.drover.scheduler.balancing.search.PlacementProblem;
import io.drover.scheduler.cluster.Host;
import java.util.Optional;

/** The cheapest host that has room for one item. */
public final class CheapestTarget {
    private CheapestTarget() {}

    public static Optional<Host> cheapest(FleetProblem problem, int item) {
        int best = -1;
        long least = Long.MAX_VALUE;
        for (int target = 0; target < problem.targets(); target++) {
            long cost = problem.cost(item, target);
            if (cost != PlacementProblem.FORBIDDEN && cost < least && fits(problem, item, target)) {
                least = cost;
                best = target;
            }
        }
        return best < 0 ? Optional.empty() : Optional.of(problem.host(best));
    }

    static boolean fits(FleetProblem problem, int item, int target) {
        for (int d = 0; d < problem.dimensions(); d++) {
            double weight = problem.weight(item, target, d);
            if (weight > 0 && weight > problem.room(target, d)) {
                return false;
            }
        }
        return true;
    }
}
