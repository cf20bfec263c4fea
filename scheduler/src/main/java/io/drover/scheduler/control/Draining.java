package io.drover.scheduler.control;

import io.drover.messages.DecisionId;
import io.drover.messages.time.Clock;
import io.drover.scheduler.balancing.Plan;
import io.drover.scheduler.balancing.drain.Drain;
import io.drover.scheduler.cluster.ClusterSnapshot;
import io.drover.scheduler.cluster.SnapshotBuilder;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.scheduler.SchedulerStore.Decision;
import java.time.Duration;

/** Empties hosts in maintenance, whatever the balancer's mode and strategy are: somebody asked for it. */
final class Draining {
    /** In place of a strategy's name in decisions. */
    static final String NAME = "drain";

    private final SchedulerStore store;
    private final SnapshotBuilder snapshots;
    private final Dispatch dispatch;
    private final Clock clock;
    private final DecisionDeduplicator news;

    Draining(SchedulerStore store, SnapshotBuilder snapshots, Dispatch dispatch, Clock clock) {
        this.store = store;
        this.snapshots = snapshots;
        this.dispatch = dispatch;
        this.clock = clock;
        this.news = new DecisionDeduplicator(store);
    }

    /**
     * Posts what may leave now; who may not is on record once.
     *
     * @param look that it belongs to; the same again does nothing
     */
    void look(DecisionId look, String requestedBy) {
        DecisionId id = Identifiers.decisionFor("drain " + look);
        if (store.decision(id).isPresent()) {
            return;
        }
        ClusterSnapshot snapshot = snapshots.build(clock.now());
        Plan plan = Drain.plan(snapshot);
        boolean tell = plan.moves().isEmpty()
                ? !plan.refused().isEmpty() && news.is(NAME, plan)
                : !refusedLately(snapshot.rules().coolDown());
        if (tell) {
            dispatch.post(id, NAME, snapshot, plan, requestedBy);
        }
    }

    /** The database refused all of the last ones: it is not asked again with every look. */
    private boolean refusedLately(Duration coolDown) {
        return news.last(NAME)
                .filter(last -> !last.moves().isEmpty())
                .filter(last -> last.at().plus(coolDown).isAfter(clock.now()))
                .filter(this::nonePosted)
                .isPresent();
    }

    private boolean nonePosted(Decision decision) {
        return decision.moves().stream().noneMatch(move -> store.migration(move).isPresent());
    }
}
