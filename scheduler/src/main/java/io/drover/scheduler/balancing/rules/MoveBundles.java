package io.drover.scheduler.balancing.rules;

import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.cluster.ClusterSnapshot;
import java.util.ArrayList;
import java.util.List;

/**
 * Moves that only make sense together: the two of an exchange, those of an affinity group, and whatever these share.
 */
public final class MoveBundles {
    private MoveBundles() {}

    /** In the order of the moves; what belongs to nothing is a bundle of one. */
    public static List<List<Move>> of(List<Move> moves, ClusterSnapshot snapshot) {
        return of(moves, new Eligibility(snapshot));
    }

    public static List<List<Move>> of(List<Move> moves, Eligibility eligibility) {
        var bundles = new ArrayList<List<Move>>();
        for (Move move : moves) {
            List<List<Move>> joined = bundles.stream()
                    .filter(bundle -> bundle.stream().anyMatch(other -> belong(move, other, eligibility)))
                    .toList();
            if (joined.isEmpty()) {
                bundles.add(new ArrayList<>(List.of(move)));
            } else {
                List<Move> first = joined.getFirst();
                joined.stream().skip(1).forEach(first::addAll);
                first.add(move);
                bundles.removeAll(joined.subList(1, joined.size()));
            }
        }
        return bundles;
    }

    private static boolean belong(Move one, Move other, Eligibility eligibility) {
        boolean exchanged =
                one.destination().equals(other.source()) && other.destination().equals(one.source());
        return exchanged || eligibility.companions(one.vm()).anyMatch(vm -> vm.equals(other.vm()));
    }
}
