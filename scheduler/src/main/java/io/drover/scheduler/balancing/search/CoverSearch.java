package io.drover.scheduler.balancing.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The cheapest sets of items that cover several needs at once: the multidimensional minimum knapsack, by branch and
 * bound. A branch is cut when its cost and the fractional cover of the need that is dearest to meet come to more than
 * the m-th best set found (Martello and Toth, Knapsack Problems, 1990, chapters 2 and 13). Sets of which a part would
 * do are left out.
 */
public final class CoverSearch {
    /** Branches looked at before the best sets found so far are taken; forty items rarely need a tenth of it. */
    private static final int BRANCHES_MAX = 50_000;

    private static final double TOLERANCE = 1e-9;

    private final long[] cost;
    private final double[][] relief;
    private final double[] need;
    private final int[] order;
    private final int[][] byRatio;
    private final int wanted;
    private final List<Cover> best = new ArrayList<>();
    private final boolean[] taken;
    private final int[] rank;
    private int branches;

    /** A set of items, in ascending order. */
    @SuppressWarnings("ArrayRecordComponent") // Read in inner loops, written by nobody.
    public record Cover(int[] items, long cost) {}

    /**
     * Found covers, cheapest first.
     *
     * @param exact whether no cheaper cover exists; false when the search was cut short
     */
    public record Covers(List<Cover> covers, boolean exact) {}

    private CoverSearch(long[] cost, double[][] relief, double[] need, int wanted) {
        this.cost = cost;
        this.relief = relief;
        this.need = need;
        this.wanted = wanted;
        this.taken = new boolean[cost.length];
        this.order = sorted(item -> cost[item] / (share(item) + Double.MIN_NORMAL));
        this.rank = new int[cost.length];
        for (int place = 0; place < order.length; place++) {
            rank[order[place]] = place;
        }
        this.byRatio = new int[need.length][];
        for (int n = 0; n < need.length; n++) {
            int which = n;
            byRatio[n] = sorted(item -> cost[item] / (relief[item][which] + Double.MIN_NORMAL));
        }
    }

    /**
     * The {@code wanted} cheapest covers.
     *
     * @param cost by item, at least 0
     * @param relief by item and need, at least 0
     * @param need what the reliefs must add up to
     */
    public static Covers cheapest(long[] cost, double[][] relief, double[] need, int wanted) {
        var search = new CoverSearch(cost, relief, need, wanted);
        search.branch(0, 0, need.clone());
        return new Covers(List.copyOf(search.best), search.branches < BRANCHES_MAX);
    }

    private void branch(int depth, long spent, double[] left) {
        if (branches++ >= BRANCHES_MAX) {
            return;
        }
        if (met(left)) {
            found(spent);
            return;
        }
        if (depth == order.length || !worthwhile(depth, spent, left)) {
            return;
        }
        int item = order[depth];
        taken[item] = true;
        branch(depth + 1, spent + cost[item], less(left, item));
        taken[item] = false;
        branch(depth + 1, spent, left);
    }

    private double[] less(double[] left, int item) {
        double[] after = left.clone();
        for (int n = 0; n < after.length; n++) {
            after[n] -= relief[item][n];
        }
        return after;
    }

    private boolean met(double[] left) {
        for (int n = 0; n < left.length; n++) {
            if (left[n] > TOLERANCE * Math.max(1, need[n])) {
                return false;
            }
        }
        return true;
    }

    private boolean worthwhile(int depth, long spent, double[] left) {
        double limit =
                best.size() < wanted ? Double.POSITIVE_INFINITY : best.getLast().cost();
        for (int n = 0; n < left.length; n++) {
            if (spent + fractional(n, depth, left[n]) >= limit) {
                return false;
            }
        }
        return true;
    }

    /** What meeting one need costs at least with the items not yet decided on; infinite when they are not enough. */
    private double fractional(int n, int depth, double left) {
        double open = left;
        double sum = 0;
        for (int item : byRatio[n]) {
            if (open <= TOLERANCE) {
                return sum;
            }
            if (rank[item] < depth || relief[item][n] <= 0) {
                continue;
            }
            double part = Math.min(1, open / relief[item][n]);
            sum += part * cost[item];
            open -= relief[item][n];
        }
        return open <= TOLERANCE * Math.max(1, need[n]) ? sum : Double.POSITIVE_INFINITY;
    }

    private void found(long spent) {
        int[] items = IntStream.range(0, taken.length).filter(i -> taken[i]).toArray();
        boolean tooDear = best.size() == wanted && spent >= best.getLast().cost();
        if (tooDear || !lean(items)) {
            return;
        }
        best.add(new Cover(items, spent));
        best.sort(Comparator.comparingLong(Cover::cost)
                .thenComparingInt(cover -> cover.items().length)
                .thenComparing(Cover::items, Arrays::compare));
        if (best.size() > wanted) {
            best.removeLast();
        }
    }

    /** Whether no item could be left out. */
    private boolean lean(int[] items) {
        double[] sum = new double[need.length];
        for (int item : items) {
            for (int n = 0; n < need.length; n++) {
                sum[n] += relief[item][n];
            }
        }
        for (int item : items) {
            double[] left = new double[need.length];
            for (int n = 0; n < need.length; n++) {
                left[n] = need[n] - sum[n] + relief[item][n];
            }
            if (met(left)) {
                return false;
            }
        }
        return true;
    }

    private double share(int item) {
        double share = 0;
        for (int n = 0; n < need.length; n++) {
            if (need[n] > 0) {
                share += Math.min(1, relief[item][n] / need[n]);
            }
        }
        return share;
    }

    private int[] sorted(IntToDoubleFunction key) {
        return IntStream.range(0, cost.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer item) -> key.applyAsDouble(item))
                        .thenComparing(item -> item))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
