package io.drover.schema.scheduler;

import io.drover.messages.DecisionId;
import io.drover.messages.MigrationTask;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.scheduler.SchedulerStore.Decision;
import io.drover.schema.scheduler.StoredPlan.PlannedMove;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the balancer is wanted, and the plans that it does not carry out by itself. */
public interface PlanStore {
    /** How an operator wants the balancer; empty: as configured. */
    Optional<WantedMode> wantedMode();

    /** Sets the mode for all schedulers; null: as configured. */
    void wantMode(@Nullable String mode, String requestedBy);

    /** Stores a decision and its plan; again: no effect. An older plan that waits is superseded. */
    void propose(Decision decision, StoredPlan.State state, List<PlannedMove> moves, Instant expiresAt);

    /** Newest first. */
    List<StoredPlan> plans(int limit);

    Optional<StoredPlan> plan(DecisionId id);

    /**
     * Approves a plan and submits its tasks in one transaction, once, whoever asks and how often. Empty: it does not
     * wait, or not any more, and nothing was changed. A task that the database refuses is among the results and keeps
     * only those of its bundle.
     */
    Optional<List<SubmitResult>> approve(DecisionId id, List<List<MigrationTask>> bundles, String requestedBy);

    /** False: it does not wait, or not any more. */
    boolean reject(DecisionId id, String requestedBy);

    /** There is nothing to move any more. False: it does not wait, or not any more. */
    boolean withdraw(DecisionId id, String requestedBy);

    /** As an operator set it. */
    record WantedMode(String mode, String setBy, Instant setAt) {}
}
