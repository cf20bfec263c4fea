package io.drover.scheduler.balancing.search;

import java.util.Arrays;

/**
 * An answer to a {@link PlacementProblem}.
 *
 * @param targets by item; {@link #STAYS} where it is not taken
 * @param cost sum over the items taken
 * @param uncovered groups whose needs are not met; their items stay
 */
@SuppressWarnings("ArrayRecordComponent") // Hundreds of thousands of items; equality is by content, below.
public record Assignment(int[] targets, long cost, int uncovered) {
    public static final int STAYS = -1;

    /** Fewer uncovered groups first, then less cost. */
    boolean betterThan(Assignment other) {
        return uncovered != other.uncovered ? uncovered < other.uncovered : cost < other.cost;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Assignment that
                && cost == that.cost
                && uncovered == that.uncovered
                && Arrays.equals(targets, that.targets);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(targets) + Long.hashCode(cost);
    }

    @Override
    public String toString() {
        return Arrays.toString(targets) + " at " + cost + ", " + uncovered + " uncovered";
    }
}
