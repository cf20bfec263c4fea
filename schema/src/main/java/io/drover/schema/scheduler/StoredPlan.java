package io.drover.schema.scheduler;

import io.drover.messages.DecisionId;
import io.drover.messages.HostId;
import io.drover.messages.VmId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Moves that were decided and not posted.
 *
 * @param decision what it follows from; also the plan's id
 * @param at when it was decided
 * @param sentence the decision's
 * @param expiresAt after it nobody can approve it
 * @param closedBy who approved or rejected it, or {@code balancer} where it was superseded
 */
public record StoredPlan(
        DecisionId decision,
        Instant at,
        String sentence,
        State state,
        List<PlannedMove> moves,
        Instant expiresAt,
        @Nullable String closedBy,
        @Nullable Instant closedAt) {
    public StoredPlan {
        moves = List.copyOf(moves);
    }

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

    /** Whether it would do the same, whatever the words. */
    public boolean sameMoves(List<PlannedMove> others) {
        return moves.stream()
                .map(StoredPlan::essence)
                .toList()
                .equals(others.stream().map(StoredPlan::essence).toList());
    }

    private static String essence(PlannedMove move) {
        return move.vm() + " " + move.source() + " " + move.destination();
    }
}
