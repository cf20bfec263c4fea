package io.drover.scheduler.balancing.search;

import java.util.Arrays;

/**
 * Each item's cheapest targets, so that thousands of targets are not all looked at for every insertion. A list is the
 * cheapest targets with room when it was made; when none of it has room any more, all targets are looked at again and
 * the list is new.
 */
final class Shortlists {
    private static final int KEPT = 48;
    static final Pick NONE = new Pick(-1, Assignment.STAYS, -1);

    private final PlacementProblem problem;
    private final Room room;
    private final int[][] lists;
    private final long[] cheapest;

    /**
     * The best target an item has now.
     *
     * @param regret what the second best would cost more; the largest number when there is none
     */
    record Pick(int item, int target, long regret) {}

    Shortlists(PlacementProblem problem, Room room) {
        this.problem = problem;
        this.room = room;
        lists = new int[problem.items()][];
        cheapest = new long[problem.items()];
        for (int item = 0; item < problem.items(); item++) {
            lists[item] = list(item);
            cheapest[item] = lists[item].length == 0 ? PlacementProblem.FORBIDDEN : problem.cost(item, lists[item][0]);
        }
    }

    /** What the item costs at its cheapest target with nothing else moved; forbidden when no target takes it. */
    long cheapest(int item) {
        return cheapest[item];
    }

    int[] of(int item) {
        return lists[item];
    }

    int favourite(int item) {
        return lists[item].length == 0 ? Assignment.STAYS : lists[item][0];
    }

    Pick pick(int item) {
        Pick pick = among(item, lists[item]);
        if (pick.target() == Assignment.STAYS && lists[item].length == KEPT) {
            lists[item] = list(item);
            pick = among(item, lists[item]);
        }
        return pick;
    }

    private Pick among(int item, int[] targets) {
        int best = Assignment.STAYS;
        for (int target : targets) {
            if (!room.fits(item, target)) {
                continue;
            }
            if (best != Assignment.STAYS) {
                return new Pick(item, best, problem.cost(item, target) - problem.cost(item, best));
            }
            best = target;
        }
        return new Pick(item, best, Long.MAX_VALUE);
    }

    /** The cheapest targets that have room now, cheapest first; equal ones by number. */
    private int[] list(int item) {
        int[] targets = new int[KEPT];
        long[] costs = new long[KEPT];
        int size = 0;
        for (int target = 0; target < problem.targets(); target++) {
            long cost = problem.cost(item, target);
            boolean useful = cost != PlacementProblem.FORBIDDEN && (size < KEPT || cost < costs[size - 1]);
            if (!useful || !room.fits(item, target)) {
                continue;
            }
            size = Math.min(size + 1, KEPT);
            int place = size - 1;
            while (place > 0 && costs[place - 1] > cost) {
                costs[place] = costs[place - 1];
                targets[place] = targets[place - 1];
                place--;
            }
            costs[place] = cost;
            targets[place] = target;
        }
        return Arrays.copyOf(targets, size);
    }
}
