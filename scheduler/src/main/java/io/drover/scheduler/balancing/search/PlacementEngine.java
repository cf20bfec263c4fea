package io.drover.scheduler.balancing.search;

/** Solves a {@link PlacementProblem}; the same problem gives the same answer. */
@FunctionalInterface
public interface PlacementEngine {
    Assignment solve(PlacementProblem problem);
}
