package io.drover.scheduler.balancing.search;

import io.drover.scheduler.balancing.search.CoverSearch.Cover;
import java.util.List;

/**
 * Branch and bound over the covers and targets of a few groups together, from an answer that is to be beaten. Depth
 * first in the order of cost, cut where the cost so far and every other group's cheapest cover come to no less; ends
 * after a number of tries.
 */
final class JointSearch {
    private static final int TRIES_MAX = 300_000;

    private final PlacementProblem problem;
    private final Room room;
    private final Shortlists shortlists;
    private final List<List<Cover>> covers;
    private final int[] order;
    /** By place in the order, what the groups from there on cost at least. */
    private final long[] bound;

    private Assignment best;
    private int tries;

    JointSearch(PlacementProblem problem, Room empty, Shortlists shortlists, List<List<Cover>> covers, int[] order) {
        this.problem = problem;
        this.room = empty;
        this.shortlists = shortlists;
        this.covers = covers;
        this.order = order;
        bound = new long[order.length + 1];
        for (int place = order.length - 1; place >= 0; place--) {
            List<Cover> own = covers.get(order[place]);
            bound[place] =
                    bound[place + 1] + (own.isEmpty() ? 0 : own.getFirst().cost());
        }
        best = new Assignment(room.targets(), Long.MAX_VALUE, Integer.MAX_VALUE);
    }

    /** An answer better than the given one, or that one; the room is as empty as before. */
    Assignment beat(Assignment known, int needing) {
        best = known;
        group(0, 0, needing);
        return best;
    }

    private void group(int place, long cost, int uncovered) {
        if (place == order.length) {
            var found = new Assignment(room.targets(), cost, uncovered);
            best = found.betterThan(best) ? found : best;
            return;
        }
        for (Cover cover : covers.get(order[place])) {
            if (!hopeful(cost + cover.cost() + bound[place + 1], uncovered - 1, place + 1)) {
                break;
            }
            item(cover.items(), 0, place, cost, uncovered - 1);
        }
        if (hopeful(cost, uncovered, place + 1)) {
            group(place + 1, cost, uncovered);
        }
    }

    private void item(int[] items, int next, int place, long cost, int uncovered) {
        if (next == items.length) {
            if (hopeful(cost + bound[place + 1], uncovered, place + 1)) {
                group(place + 1, cost, uncovered);
            }
            return;
        }
        int item = items[next];
        for (int target : shortlists.of(item)) {
            if (tries++ >= TRIES_MAX) {
                return;
            }
            long with = cost + problem.cost(item, target);
            if (!hopeful(with + bound[place + 1], uncovered, place + 1)) {
                return;
            }
            if (room.fits(item, target)) {
                room.put(item, target);
                item(items, next + 1, place, with, uncovered);
                room.take(item);
            }
        }
    }

    /**
     * Whether all the groups from a place on could still be covered at less than the best; their cost is in
     * {@code cost}.
     */
    private boolean hopeful(long cost, int uncovered, int place) {
        int least = uncovered;
        for (int left = place; left < order.length; left++) {
            least -= covers.get(order[left]).isEmpty() ? 0 : 1;
        }
        return tries < TRIES_MAX && (least < best.uncovered() || (least == best.uncovered() && cost < best.cost()));
    }
}
