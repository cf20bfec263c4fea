package io.drover.scheduler.balancing.rules;

import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.balancing.Plan;
import io.drover.scheduler.balancing.Refusal;
import io.drover.scheduler.balancing.Refusal.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Lets moves begin in their order while hosts and links have tokens; the others wait, each for its own token and for
 * nothing else: there is no barrier, the next plan lets in what the tokens of finished moves allow.
 */
public final class MoveAdmission {
    private final MoveGuard guard = MoveGuard.balancing();
    private final List<Plan.Later> later = new ArrayList<>();
    private final List<Refusal> refused = new ArrayList<>();
    private PlannedLoad forecast;

    public MoveAdmission(PlannedLoad empty) {
        forecast = empty;
    }

    /** Moves that begin together or not at all. */
    public void take(List<Move> bundle) {
        PlannedLoad with = forecast.intending(bundle);
        for (Move move : bundle) {
            Optional<Refusal> refusal = guard.refuse(move, with);
            if (refusal.isPresent()) {
                turnAway(bundle, refusal.get());
                return;
            }
            with = with.with(move);
        }
        forecast = with;
    }

    /** A move that waits until another has made room for it. */
    public void follow(Move move, Move clears) {
        later.add(new Plan.Later(
                move,
                move.destination() + " has room for it when " + clears.vm().name() + " has left"));
    }

    private void turnAway(List<Move> bundle, Refusal refusal) {
        if (refusal.code() == Code.NO_TOKEN) {
            bundle.forEach(move -> later.add(new Plan.Later(move, refusal.reason())));
        }
        refused.add(refusal);
    }

    public List<Move> moves() {
        return forecast.planned();
    }

    public PlannedLoad forecast() {
        return forecast;
    }

    public List<Plan.Later> later() {
        return later;
    }

    public List<Refusal> refused() {
        return refused;
    }
}
