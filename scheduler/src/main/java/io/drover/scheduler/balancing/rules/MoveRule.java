package io.drover.scheduler.balancing.rules;

import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.balancing.Refusal;
import java.util.Optional;

/** One limit that no move may break. */
@FunctionalInterface
interface MoveRule {
    /** Why the move may not be made on top of the forecast; empty when it may. */
    Optional<Refusal> refuse(Move move, PlannedLoad forecast);
}
