package io.drover.scheduler.balancing.search;

import java.util.Arrays;

/** What is left at the targets while items are put there and taken away again, and where each item is. */
final class Room {
    private static final double TOLERANCE = 1e-9;

    private final PlacementProblem problem;
    private final int dimensions;
    private final double[] left;
    private final int[] at;
    /** By target, how many items carry each of the numbers that keep items apart; made when first needed. */
    private final int[][] carriers;

    private final int numbers;

    Room(PlacementProblem problem) {
        this.problem = problem;
        dimensions = problem.dimensions();
        left = new double[problem.targets() * dimensions];
        for (int target = 0; target < problem.targets(); target++) {
            for (int d = 0; d < dimensions; d++) {
                left[target * dimensions + d] = problem.room(target, d);
            }
        }
        at = new int[problem.items()];
        Arrays.fill(at, Assignment.STAYS);
        carriers = new int[problem.targets()][];
        int most = 0;
        for (int item = 0; item < problem.items(); item++) {
            for (int number : problem.apart(item)) {
                most = Math.max(most, number + 1);
            }
        }
        numbers = most;
    }

    boolean fits(int item, int target) {
        for (int d = 0; d < dimensions; d++) {
            double weight = problem.weight(item, target, d);
            if (weight > 0 && weight > left[target * dimensions + d] + TOLERANCE * weight) {
                return false;
            }
        }
        int[] carried = carriers[target];
        if (carried != null) {
            for (int number : problem.apart(item)) {
                if (carried[number] > 0) {
                    return false;
                }
            }
        }
        return true;
    }

    void put(int item, int target) {
        change(item, target, 1);
        at[item] = target;
    }

    void take(int item) {
        change(item, at[item], -1);
        at[item] = Assignment.STAYS;
    }

    int at(int item) {
        return at[item];
    }

    int[] targets() {
        return at.clone();
    }

    private void change(int item, int target, int sign) {
        for (int d = 0; d < dimensions; d++) {
            left[target * dimensions + d] -= sign * problem.weight(item, target, d);
        }
        for (int number : problem.apart(item)) {
            if (carriers[target] == null) {
                carriers[target] = new int[numbers];
            }
            carriers[target][number] += sign;
        }
    }
}
