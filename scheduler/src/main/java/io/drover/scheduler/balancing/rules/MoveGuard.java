package io.drover.scheduler.balancing.rules;

import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.balancing.Plan;
import io.drover.scheduler.balancing.Refusal;
import io.drover.scheduler.cluster.ClusterSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Runs after any strategy, so that no strategy can break a limit; a strategy may ask it beforehand as well. */
public final class MoveGuard {
    /** What a move that nobody asked for keeps, whenever it begins. */
    private static final List<MoveRule> UNASKED = List.of(
            MoveRules::running,
            MoveRules::otherHost,
            MoveRules::oneOpenMigration,
            MoveRules::measured,
            MoveRules::ownLabels,
            MoveRules::decidable,
            MoveRules::place,
            MoveRules::affinity,
            MoveRules::freshSource,
            MoveRules::freshDestination,
            MoveRules::history,
            MoveRules::settled);

    private static final MoveGuard BALANCING = unasked(MoveRules::tokens, MoveRules::roomUnderHighMark);
    private static final MoveGuard FOLLOWING = unasked(MoveRules::imageRoom);
    private static final MoveGuard DRAINING = new MoveGuard(List.of(
            MoveRules::otherHost,
            MoveRules::oneOpenMigration,
            MoveRules::ownLabels,
            MoveRules::taking,
            MoveRules::place,
            MoveRules::affinity,
            MoveRules::budgets,
            MoveRules::freshDestination,
            MoveRules::tokens,
            MoveRules::room));
    private static final MoveGuard REQUESTED = new MoveGuard(List.of(
            MoveRules::running,
            MoveRules::otherHost,
            MoveRules::oneOpenMigration,
            MoveRules::ownLabels,
            MoveRules::decidable,
            MoveRules::place,
            MoveRules::affinity,
            MoveRules::budgets,
            MoveRules::freshDestination,
            MoveRules::room));
    private static final MoveGuard SAID = new MoveGuard(List.of(
            MoveRules::ownLabels, MoveRules::decidable, MoveRules::place, MoveRules::affinity, MoveRules::budgets));

    private final List<MoveRule> rules;

    private MoveGuard(List<MoveRule> rules) {
        this.rules = rules;
    }

    private static MoveGuard unasked(MoveRule... now) {
        return new MoveGuard(Stream.concat(UNASKED.stream(), Stream.of(now)).toList());
    }

    /** For moves nobody asked for. */
    public static MoveGuard balancing() {
        return BALANCING;
    }

    /** For a move that begins when another has made room: all but tokens and the room it will find. */
    public static MoveGuard following() {
        return FOLLOWING;
    }

    /** For VMs of a host in maintenance, stopped ones too: what must hold, one after the other as tokens go. */
    public static MoveGuard draining() {
        return DRAINING;
    }

    /** For moves a person or a controller asked for: what must hold, without what merely avoids unrest. */
    public static MoveGuard requested() {
        return REQUESTED;
    }

    /**
     * For a move to a host that was asked for by name: what was said of VM and hosts, and nothing that is
     * measured.
     */
    public static MoveGuard said() {
        return SAID;
    }

    /** All that the move would break. */
    public List<Refusal> broken(ClusterSnapshot snapshot, Move move) {
        PlannedLoad forecast = PlannedLoad.of(snapshot);
        return rules.stream()
                .flatMap(rule -> rule.refuse(move, forecast).stream())
                .toList();
    }

    /** The plan without the moves that may not be made; each is among the refusals and in the sentence. */
    public Plan check(ClusterSnapshot snapshot, Plan plan) {
        PlannedLoad forecast = PlannedLoad.of(snapshot).intending(plan.moves());
        var refused = new ArrayList<>(plan.refused());
        var sentence = new StringBuilder(plan.sentence());
        for (Move move : plan.moves()) {
            Optional<Refusal> refusal = refuse(move, forecast);
            if (refusal.isEmpty()) {
                forecast = forecast.with(move);
            } else {
                refused.add(refusal.get());
                sentence.append("; not moved: ").append(move.vm().name()).append(" to ");
                sentence.append(move.destination())
                        .append(": ")
                        .append(refusal.get().reason());
            }
        }
        return plan.with(forecast.planned(), refused, sentence.toString());
    }

    /** The first limit the move would break on top of the forecast. */
    public Optional<Refusal> refuse(Move move, PlannedLoad forecast) {
        return rules.stream()
                .flatMap(rule -> rule.refuse(move, forecast).stream())
                .findFirst();
    }
}
