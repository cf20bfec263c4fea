package io.drover.scheduler.control;

import io.drover.messages.DecisionId;
import io.drover.messages.time.Clock;
import io.drover.scheduler.balancing.BalancingStrategy;
import io.drover.scheduler.balancing.Plan;
import io.drover.scheduler.balancing.rules.MoveGuard;
import io.drover.scheduler.cluster.ClusterSnapshot;
import io.drover.scheduler.cluster.SnapshotBuilder;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.scheduler.SchedulerStore.Decision;
import io.drover.schema.scheduler.StoredPlan;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the cluster, decides, and does with the decision what its mode says. */
public final class Balancer {
    private static final Logger LOG = LoggerFactory.getLogger(Balancer.class);
    private static final String REQUESTED_BY = "balancer";

    private final SchedulerStore store;
    private final SnapshotBuilder snapshots;
    private final BalancingStrategy strategy;
    private final Dispatch dispatch;
    private final Clock clock;
    private final Habit habit;
    private final DecisionDeduplicator news;
    private final Draining draining;

    /**
     * What the balancer does unless an operator wants it otherwise.
     *
     * @param mode while the database names no other
     * @param planLasts how long a plan may be approved, and how long the same moves are not proposed again
     */
    public record Habit(BalancerMode mode, Duration planLasts) {}

    public Balancer(
            SchedulerStore store,
            SnapshotBuilder snapshots,
            BalancingStrategy strategy,
            Dispatch dispatch,
            Clock clock,
            Habit habit) {
        this.store = store;
        this.snapshots = snapshots;
        this.strategy = strategy;
        this.dispatch = dispatch;
        this.clock = clock;
        this.habit = habit;
        this.news = new DecisionDeduplicator(store);
        this.draining = new Draining(store, snapshots, dispatch, clock);
    }

    /**
     * One periodic look. A decision is stored when it moves something or when its reason is another than that of the
     * last one stored: other VMs, hosts or causes, whatever the numbers. So a host that stays overloaded is one
     * row, not one a period.
     *
     * @param id of the decision, the same when the same look is taken again after a crash: it is then taken once
     * @return what was decided; empty when this look was taken before, or the balancer is off. Hosts in maintenance are
     *     emptied all the same
     */
    public Optional<Plan> balance(DecisionId id) {
        draining.look(id, REQUESTED_BY);
        BalancerMode mode = mode();
        if (mode == BalancerMode.OFF || store.decision(id).isPresent()) {
            return Optional.empty();
        }
        ClusterSnapshot snapshot = snapshots.build(clock.now());
        Plan plan = decide(snapshot);
        if (plan.moves().isEmpty() ? news.is(strategy.name(), plan) : mode == BalancerMode.AUTOMATIC) {
            dispatch.post(id, strategy.name(), snapshot, plan, REQUESTED_BY);
        } else if (!plan.moves().isEmpty() && !isProposed(plan, state(mode))) {
            dispatch.propose(id, strategy, snapshot, plan, state(mode), habit.planLasts());
        }
        // A host that is not heard at the moment is not calm for that.
        if (mode == BalancerMode.RECOMMEND
                && plan.moves().isEmpty()
                && plan.refused().isEmpty()) {
            withdraw();
        }
        return Optional.of(plan);
    }

    /** A plan that waits for an overload that is over would move VMs for nothing. */
    private void withdraw() {
        store.plans(1).stream()
                .filter(plan -> plan.state() == StoredPlan.State.WAITING)
                .filter(plan -> store.withdraw(plan.decision(), REQUESTED_BY))
                .forEach(plan -> LOG.info("plan {} is withdrawn: there is nothing to move any more", plan.decision()));
    }

    /** As the operators want it, else as configured; read with every look, so that all schedulers follow. */
    public BalancerMode mode() {
        return store.wantedMode().map(wanted -> BalancerMode.of(wanted.mode())).orElse(habit.mode());
    }

    public BalancerMode configuredMode() {
        return habit.mode();
    }

    private static StoredPlan.State state(BalancerMode mode) {
        return mode == BalancerMode.RECOMMEND ? StoredPlan.State.WAITING : StoredPlan.State.SHADOW;
    }

    /**
     * The same moves wait already, were rejected, or stand in the record: until that plan has expired it is no news.
     */
    private boolean isProposed(Plan plan, StoredPlan.State state) {
        return store.plans(1).stream()
                .anyMatch(newest -> newest.state() != StoredPlan.State.APPROVED
                        && newest.state() != StoredPlan.State.SUPERSEDED
                        && newest.expiresAt().isAfter(clock.now())
                        && (newest.state() == StoredPlan.State.SHADOW) == (state == StoredPlan.State.SHADOW)
                        && newest.sameMoves(Dispatch.planned(plan)));
    }

    /** A look that somebody asked for: stored whatever it says. The same id again gives the stored decision. */
    public Decision rebalance(DecisionId id, String requestedBy) {
        Optional<Decision> before = store.decision(id);
        if (before.isPresent()) {
            return before.get();
        }
        ClusterSnapshot snapshot = snapshots.build(clock.now());
        return dispatch.post(id, strategy.name(), snapshot, decide(snapshot), requestedBy)
                .decision();
    }

    private Plan decide(ClusterSnapshot snapshot) {
        return MoveGuard.balancing().check(snapshot, strategy.plan(snapshot));
    }
}
