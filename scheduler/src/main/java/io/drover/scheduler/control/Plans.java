package io.drover.scheduler.control;

import io.drover.messages.DecisionId;
import io.drover.messages.MigrationTask;
import io.drover.messages.time.Clock;
import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.balancing.Plan;
import io.drover.scheduler.balancing.Refusal;
import io.drover.scheduler.balancing.rules.MoveBundles;
import io.drover.scheduler.balancing.rules.MoveGuard;
import io.drover.scheduler.cluster.ClusterSnapshot;
import io.drover.scheduler.cluster.SnapshotBuilder;
import io.drover.scheduler.cluster.Vm;
import io.drover.scheduler.control.RefusedException.Kind;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.scheduler.PlanStore;
import io.drover.schema.scheduler.StoredPlan;
import io.drover.schema.scheduler.StoredPlan.PlannedMove;
import io.drover.schema.scheduler.StoredPlan.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Plans that wait for a person. */
public final class Plans {
    private static final Logger LOG = LoggerFactory.getLogger(Plans.class);

    private final PlanStore store;
    private final SnapshotBuilder snapshots;
    private final Dispatch dispatch;
    private final Clock clock;

    public Plans(PlanStore store, SnapshotBuilder snapshots, Dispatch dispatch, Clock clock) {
        this.store = store;
        this.snapshots = snapshots;
        this.dispatch = dispatch;
        this.clock = clock;
    }

    /** Newest first. */
    public List<StoredPlan> newest(int limit) {
        return store.plans(limit);
    }

    public StoredPlan plan(DecisionId id) throws RefusedException {
        return store.plan(id)
                .orElseThrow(() -> new RefusedException(Kind.UNKNOWN, "id", "no plan " + id + " is known"));
    }

    /**
     * Posts a plan's moves, all of them or, where one may not be made any more, none: then the refusal says why, and
     * the plan goes on waiting. Who approves it again, here or at another scheduler, finds it approved and posts
     * nothing.
     */
    public StoredPlan approve(DecisionId id, String requestedBy) throws RefusedException {
        StoredPlan plan = plan(id);
        if (plan.state() == State.APPROVED) {
            return plan;
        }
        requireWaiting(plan);
        List<List<MigrationTask>> bundles = recheck(plan).stream()
                .map(bundle ->
                        bundle.stream().map(move -> dispatch.task(id, move)).toList())
                .toList();
        List<SubmitResult> results = store.approve(id, bundles, requestedBy).orElse(List.of());
        for (SubmitResult result : results) {
            if (result instanceof SubmitResult.Refused refused) {
                LOG.warn("plan {}: not posted: {}", id, refused.failure().message());
            }
        }
        dispatch.count(results);
        StoredPlan now = plan(id);
        if (now.state() != State.APPROVED) {
            requireWaiting(now);
        }
        return now;
    }

    /** So that nobody approves it; the same moves are not proposed again before it would have expired. */
    public StoredPlan reject(DecisionId id, String requestedBy) throws RefusedException {
        StoredPlan plan = plan(id);
        if (plan.state() != State.REJECTED) {
            requireWaiting(plan);
            store.reject(id, requestedBy);
        }
        return plan(id);
    }

    private static void requireWaiting(StoredPlan plan) throws RefusedException {
        if (plan.state() != State.WAITING) {
            String state = plan.state().name().toLowerCase(Locale.ROOT);
            throw new RefusedException(Kind.CONFLICT, "id", "plan " + plan.decision() + " is " + state);
        }
    }

    /** The moves, as far as today's cluster goes the same way as that of then. */
    private List<List<Move>> recheck(StoredPlan plan) throws RefusedException {
        ClusterSnapshot snapshot = snapshots.build(clock.now());
        var moves = new ArrayList<Move>();
        for (PlannedMove planned : plan.moves()) {
            Vm vm = snapshot.vm(planned.vm()).orElseThrow(() -> noLonger(planned.name() + " is not there any more"));
            if (!vm.owner().equals(planned.source())) {
                throw noLonger(planned.name() + " is on " + vm.owner() + " now, not on " + planned.source());
            }
            moves.add(new Move(vm, planned.destination(), planned.reason()));
        }
        Plan checked = MoveGuard.balancing().check(snapshot, new Plan(moves, List.of(), "plan " + plan.decision()));
        if (checked.moves().size() < moves.size()) {
            throw noLonger(checked.refused().stream().map(Refusal::reason).collect(Collectors.joining("; ")));
        }
        return MoveBundles.of(checked.moves(), snapshot);
    }

    private static RefusedException noLonger(String why) {
        return new RefusedException(Kind.UNFIT, "plan", "it does not hold any more: " + why);
    }
}
