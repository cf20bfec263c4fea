package io.drover.messages.api;

import io.drover.messages.DecisionId;
import io.drover.messages.HostId;
import io.drover.messages.VmId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Moves that were decided and not posted: {@code GET /plans/PLAN}, an element of {@code GET /plans}, and the answer
 * when one is approved or rejected.
 *
 * @param decision what it follows from; also the plan's id
 * @param at when it was decided
 * @param sentence the decision's
 * @param expiresAt after it nobody can approve it
 * @param closedBy who approved or rejected it, or {@code balancer} where it was superseded
 */
public record PlanDocument(
        DecisionId decision,
        Instant at,
        String sentence,
        State state,
        List<PlannedMove> moves,
        Instant expiresAt,
        @Nullable String closedBy,
        @Nullable Instant closedAt) {

    /** What may happen to a plan. */
    public enum State {
        /** Recorded only. */
        SHADOW,
        /** For a person. */
        WAITING,
        APPROVED,
        REJECTED,
        /** A newer one took its place, or there was nothing to move any more. */
        SUPERSEDED,
        /** Nobody approved it in time. */
        EXPIRED
    }

    /** One VM to another host; {@code bytes} is what it sends at least. */
    public record PlannedMove(VmId vm, String name, HostId source, HostId destination, long bytes, String reason) {}
}
