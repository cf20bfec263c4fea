package io.drover.scheduler.control;

import io.drover.messages.DecisionId;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationTask;
import io.drover.messages.json.DroverJson;
import io.drover.messages.time.Clock;
import io.drover.scheduler.balancing.BalancingStrategy;
import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.balancing.Plan;
import io.drover.scheduler.balancing.Refusal;
import io.drover.scheduler.balancing.rules.MoveBundles;
import io.drover.scheduler.cluster.ClusterSnapshot;
import io.drover.scheduler.cluster.SnapshotText;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.scheduler.MigrationOverride;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.scheduler.SchedulerStore.Decision;
import io.drover.schema.scheduler.StoredPlan;
import io.drover.schema.scheduler.StoredPlan.PlannedMove;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores a decision and then submits its moves: intent before effect, so no VM moves without its reason on record.
 * A move that the database refuses after all is logged and has no migration; the next decision sees why.
 */
public final class Dispatch {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);
    /** A decision's sentence may be long; a task's reason may have 1000 characters (schema of the messages). */
    private static final int REASON_MAX = 1000;

    private final SchedulerStore store;
    private final TaskDefaults defaults;
    private final Clock clock;
    private final DispatchMeters meters;

    public Dispatch(SchedulerStore store, TaskDefaults defaults, Clock clock, MeterRegistry meters) {
        this.store = store;
        this.defaults = defaults;
        this.clock = clock;
        this.meters = new DispatchMeters(meters);
    }

    /**
     * Posted together with the decision they follow from; {@code notPosted} says by VM why the database refused.
     */
    public record Posted(Decision decision, Map<String, MigrationId> moves, List<String> notPosted) {}

    /** A decision named {@code strategy} with its moves, by VM name. */
    Posted post(DecisionId id, String strategy, ClusterSnapshot snapshot, Plan plan, String requestedBy) {
        List<List<Move>> bundles = MoveBundles.of(plan.moves(), snapshot);
        Decision decision = decision(id, strategy, snapshot, plan);
        store.storeDecision(decision);
        meters.decided(plan.moves().isEmpty() ? DispatchMeters.Moves.NO : DispatchMeters.Moves.YES);
        LOG.info("decision {}: {}", id, plan.sentence());
        var moves = new LinkedHashMap<String, MigrationId>();
        var notPosted = new ArrayList<String>();
        for (List<Move> bundle : bundles) {
            var tasks = bundle.stream().map(move -> task(id, move)).toList();
            List<SubmitResult> results = store.submitTogether(tasks, requestedBy, id);
            for (int i = 0; i < results.size(); i++) {
                Move move = bundle.get(i);
                switch (results.get(i)) {
                    case SubmitResult.Submitted submitted -> moves.put(move.vm().name(), submitted.id());
                    case SubmitResult.Refused refused -> {
                        String why = move.vm().name() + " to " + move.destination() + ": "
                                + refused.failure().message();
                        LOG.warn("decision {}: not posted: {}", id, why);
                        notPosted.add(why);
                    }
                }
            }
        }
        count(moves.size(), notPosted.size());
        return new Posted(decision, moves, notPosted);
    }

    /** Stores a decision whose moves are not posted, and its plan. */
    void propose(
            DecisionId id,
            BalancingStrategy strategy,
            ClusterSnapshot snapshot,
            Plan plan,
            StoredPlan.State state,
            Duration lasts) {
        Decision decision = decision(id, strategy.name(), snapshot, plan, List.of());
        store.propose(decision, state, planned(plan), clock.now().plus(lasts));
        meters.decided(state == StoredPlan.State.SHADOW ? DispatchMeters.Moves.SHADOW : DispatchMeters.Moves.PROPOSED);
        LOG.info(
                "decision {}, {}: {}",
                id,
                state == StoredPlan.State.SHADOW ? "in shadow" : "waits for drover approve",
                plan.sentence());
    }

    /** A plan's moves as they are stored. */
    static List<PlannedMove> planned(Plan plan) {
        return plan.moves().stream()
                .map(move -> new PlannedMove(
                        move.vm().id(),
                        move.vm().name(),
                        move.source(),
                        move.destination(),
                        move.vm().moveBytes(),
                        move.reason()))
                .toList();
    }

    void count(List<SubmitResult> results) {
        long refused =
                results.stream().filter(SubmitResult.Refused.class::isInstance).count();
        count((int) (results.size() - refused), (int) refused);
    }

    /** Stores where a requested move goes and why, before it is submitted. */
    DecisionId placed(MigrationId migration, String strategy, ClusterSnapshot snapshot, Plan plan) {
        DecisionId id = Identifiers.decisionFor("placement of " + migration);
        store.storeDecision(decision(id, strategy, snapshot, plan, List.of(migration)));
        return id;
    }

    /** Submits one task; {@code decision} is null where the destination was asked for. */
    SubmitResult submit(MigrationTask task, String requestedBy, @Nullable DecisionId decision) {
        SubmitResult result = store.submit(task, requestedBy, decision);
        count(result instanceof SubmitResult.Submitted ? 1 : 0, result instanceof SubmitResult.Refused ? 1 : 0);
        return result;
    }

    /** Submits one task against what is said of VM and hosts, and records that. */
    SubmitResult submit(MigrationTask task, MigrationOverride override) {
        SubmitResult result = store.submitForced(task, override);
        count(List.of(result));
        return result;
    }

    TaskDefaults defaults() {
        return defaults;
    }

    private static Decision decision(
            DecisionId id, String strategy, ClusterSnapshot snapshot, Plan plan, List<MigrationId> moves) {
        String refused = DroverJson.mapper().writeValueAsString(plan.refused());
        return new Decision(
                id,
                snapshot.at(),
                strategy,
                plan.sentence(),
                SnapshotText.write(snapshot),
                refused,
                moves,
                FindingsJson.text(plan));
    }

    private static Decision decision(DecisionId id, String strategy, ClusterSnapshot snapshot, Plan plan) {
        List<MigrationId> moves = plan.moves().stream()
                .map(move -> Identifiers.migrationFor(id, move.vm().id()))
                .toList();
        return decision(id, strategy, snapshot, plan, moves);
    }

    MigrationTask task(DecisionId decision, Move move) {
        HostId source = move.source();
        return new MigrationTask(
                Identifiers.migrationFor(decision, move.vm().id()),
                move.vm().id(),
                source,
                move.destination(),
                defaults.algorithm(),
                store.vm(move.vm().id())
                        .map(vm -> defaults.diskAlgorithms(vm.definition(), null, Map.of()))
                        .orElse(Map.of()),
                defaults.deadlineFrom(clock.now()),
                shortened(move.reason()));
    }

    static String shortened(String reason) {
        return reason.length() <= REASON_MAX ? reason : reason.substring(0, REASON_MAX - 1) + "…";
    }

    /** The refusals a stored decision holds. */
    static List<Refusal> refusals(Decision decision) {
        return List.of(DroverJson.mapper().readValue(decision.refused(), Refusal[].class));
    }

    private void count(int submitted, int refused) {
        meters.submitted(submitted, refused);
    }
}
