package io.drover.scheduler.balancing;

import java.util.List;

/**
 * What a strategy would do.
 *
 * @param moves in the order to be posted; empty: no beneficial migration
 * @param later moves that wait for a token or for another move; the next plan sees them anew
 * @param refused the alternatives not taken
 * @param findings what was computed on the way, for people who ask why
 * @param sentence what and why, for people, with the numbers
 */
public record Plan(List<Move> moves, List<Later> later, List<Refusal> refused, Findings findings, String sentence) {
    public Plan {
        moves = List.copyOf(moves);
        later = List.copyOf(later);
        refused = refused.stream().distinct().toList();
        if (sentence.isBlank()) {
            throw new IllegalArgumentException("sentence: a plan says why");
        }
    }

    public Plan(List<Move> moves, List<Refusal> refused, String sentence) {
        this(moves, List.of(), refused, Findings.NONE, sentence);
    }

    /** The same findings with other moves. */
    public Plan with(List<Move> others, List<Refusal> refusals, String words) {
        return new Plan(others, later, refusals, findings, words);
    }

    /**
     * A move that cannot begin yet.
     *
     * @param waitsFor what it waits for, for people
     */
    public record Later(Move move, String waitsFor) {}
}
