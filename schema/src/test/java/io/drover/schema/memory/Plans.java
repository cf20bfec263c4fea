package io.drover.schema.memory;

import io.drover.messages.DecisionId;
import io.drover.messages.MigrationId;
import io.drover.schema.scheduler.SchedulerStore.Decision;
import io.drover.schema.scheduler.StoredPlan;
import io.drover.schema.scheduler.StoredPlan.PlannedMove;
import io.drover.schema.scheduler.StoredPlan.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decisions, and the plans that follow from them. */
final class Plans {
    private static final Duration IDLE_KEPT = Duration.ofDays(1);
    private static final Duration KEPT = Duration.ofDays(30);

    private final MemoryDatabase database;

    Plans(MemoryDatabase database) {
        this.database = database;
    }

    void store(Decision decision) {
        database.tables().decisions.putIfAbsent(decision.id(), decision);
    }

    List<Decision> decisions(int limit) {
        return database.tables().decisions.values().stream()
                .sorted(Comparator.comparing(Decision::at)
                        .reversed()
                        .thenComparing(decision -> decision.id().value(), MemoryDatabase.BY_ID))
                .limit(limit)
                .toList();
    }

    void propose(Decision decision, State state, List<PlannedMove> moves, Instant expiresAt) {
        store(decision);
        var plans = database.tables().plans;
        if (plans.containsKey(decision.id())) {
            return;
        }
        plans.replaceAll((id, plan) -> plan.state() == State.WAITING ? with(plan, State.SUPERSEDED, "balancer") : plan);
        plans.put(
                decision.id(),
                new StoredPlan(decision.id(), decision.at(), decision.sentence(), state, moves, expiresAt, null, null));
    }

    List<StoredPlan> newest(int limit) {
        return database.tables().plans.values().stream()
                .sorted(Comparator.comparing(StoredPlan::at)
                        .reversed()
                        .thenComparing(plan -> plan.decision().value(), MemoryDatabase.BY_ID))
                .limit(limit)
                .map(this::read)
                .toList();
    }

    Optional<StoredPlan> find(DecisionId id) {
        return Optional.ofNullable(database.tables().plans.get(id)).map(this::read);
    }

    private StoredPlan read(StoredPlan plan) {
        return plan.state() == State.WAITING && !plan.expiresAt().isAfter(database.at())
                ? with(plan, State.EXPIRED, null)
                : plan;
    }

    /** False: it does not wait, or not any more, and nothing was changed. */
    boolean close(DecisionId id, State state, String by, List<MigrationId> moves) {
        StoredPlan plan = database.tables().plans.get(id);
        if (plan == null || read(plan).state() != State.WAITING) {
            return false;
        }
        database.tables().plans.put(id, with(plan, state, by));
        database.tables().decisions.computeIfPresent(id, (key, decision) -> with(decision, moves));
        return true;
    }

    private StoredPlan with(StoredPlan plan, State state, @Nullable String by) {
        return new StoredPlan(
                plan.decision(),
                plan.at(),
                plan.sentence(),
                state,
                plan.moves(),
                plan.expiresAt(),
                by,
                by == null ? null : database.at());
    }

    private static Decision with(Decision decision, List<MigrationId> moves) {
        return new Decision(
                decision.id(),
                decision.at(),
                decision.strategy(),
                decision.sentence(),
                decision.inputs(),
                decision.refused(),
                moves,
                decision.considered());
    }

    /** A plan goes with its decision, one that still waits stays. */
    void retain(Instant now) {
        var plans = database.tables().plans;
        database.tables().decisions.values().removeIf(decision -> {
            StoredPlan plan = plans.get(decision.id());
            boolean waits = plan != null
                    && plan.state() == State.WAITING
                    && plan.expiresAt().isAfter(now);
            Duration kept = decision.moves().isEmpty() ? IDLE_KEPT : KEPT;
            return !waits && decision.at().isBefore(now.minus(kept));
        });
        plans.keySet().retainAll(database.tables().decisions.keySet());
    }
}
