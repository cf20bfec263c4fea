package io.drover.scheduler.control;

import io.drover.scheduler.balancing.Plan;
import io.drover.scheduler.balancing.Refusal;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.scheduler.SchedulerStore.Decision;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether a plan that moves nothing says something else than the last decision of its kind: only then it is stored. */
final class DecisionDeduplicator {
    /** Decisions of other kinds stand between; further back than this the reason counts as new. */
    private static final int DECISIONS_READ = 50;

    private final SchedulerStore store;

    DecisionDeduplicator(SchedulerStore store) {
        this.store = store;
    }

    /** The newest decision of this name, if it is not too far back. */
    Optional<Decision> last(String strategy) {
        return store.decisions(DECISIONS_READ).stream()
                .filter(decision -> decision.strategy().equals(strategy))
                .findFirst();
    }

    /** Other VMs, hosts or causes, whatever the numbers. */
    boolean is(String strategy, Plan plan) {
        Optional<Decision> last = last(strategy);
        return last.isEmpty()
                || !last.get().moves().isEmpty()
                || !reasons(Dispatch.refusals(last.get())).equals(reasons(plan.refused()));
    }

    /** Without the numbers, which change with every sample. */
    private static Set<String> reasons(List<Refusal> refused) {
        return refused.stream()
                .map(refusal -> refusal.code() + " " + refusal.vm() + " " + refusal.host())
                .collect(Collectors.toSet());
    }
}
