package io.drover.scheduler.balancing;

import java.util.List;

/**
 * What a strategy would do.
 *
 * @param moves in the order to be posted; empty: no beneficial migration
 * @param refused the alternatives not taken
 * @param sentence what and why, for people, with the numbers
 */
public record Plan(List<Move> moves, List<Refusal> refused, String sentence) {
    public Plan {
        moves = List.copyOf(moves);
        refused = refused.stream().distinct().toList();
        if (sentence.isBlank()) {
            throw new IllegalArgumentException("sentence: a plan says why");
        }
    }
}
