package io.drover.scheduler.http;

import io.drover.messages.api.DecisionDocument;
import io.drover.messages.api.DecisionDocument.RefusedAlternative;
import io.drover.messages.api.PlanDocument;
import io.drover.messages.json.DroverJson;
import io.drover.schema.scheduler.SchedulerStore.Decision;
import io.drover.schema.scheduler.StoredPlan;
import java.util.List;

/** Documents about decisions and plans. */
final class BalancerDocuments {
    private BalancerDocuments() {}

    static DecisionDocument decision(Decision decision) {
        return new DecisionDocument(
                decision.id(),
                decision.at(),
                decision.strategy(),
                decision.sentence(),
                decision.inputs(),
                List.of(DroverJson.mapper().readValue(decision.refused(), RefusedAlternative[].class)),
                decision.moves(),
                decision.considered());
    }

    static PlanDocument plan(StoredPlan plan) {
        return new PlanDocument(
                plan.decision(),
                plan.at(),
                plan.sentence(),
                state(plan.state()),
                plan.moves().stream().map(BalancerDocuments::move).toList(),
                plan.expiresAt(),
                plan.closedBy(),
                plan.closedAt());
    }

    private static PlanDocument.State state(StoredPlan.State state) {
        return switch (state) {
            case SHADOW -> PlanDocument.State.SHADOW;
            case WAITING -> PlanDocument.State.WAITING;
            case APPROVED -> PlanDocument.State.APPROVED;
            case REJECTED -> PlanDocument.State.REJECTED;
            case SUPERSEDED -> PlanDocument.State.SUPERSEDED;
            case EXPIRED -> PlanDocument.State.EXPIRED;
        };
    }

    private static PlanDocument.PlannedMove move(StoredPlan.PlannedMove move) {
        return new PlanDocument.PlannedMove(
                move.vm(), move.name(), move.source(), move.destination(), move.bytes(), move.reason());
    }
}
