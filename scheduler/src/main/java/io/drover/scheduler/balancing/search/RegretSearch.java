package io.drover.scheduler.balancing.search;

import io.drover.scheduler.balancing.search.CoverSearch.Cover;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Regret insertion with local search: each group in turn takes the cover that is cheapest where there is still room,
 * the item with most to lose by waiting first (Martello and Toth's heuristic for the generalised assignment); then
 * groups are placed anew, alone and by ejecting another, while that is better. Deterministic; the effort is bounded by
 * a count, not by a clock.
 */
public final class RegretSearch implements PlacementEngine {
    /** Insertions the local search may try; about a second's worth with ten thousand targets. */
    private static final int INSERTIONS_MAX = 60_000;

    /** Places tried for a set of items that regret could not place. */
    private static final int TRIES_MAX = 200;

    /** Up to this many groups, every pair is tried; above, only groups that could be cheaper. */
    private static final int FEW_GROUPS = 16;

    private static final int COVERS_OF_FEW = 256;

    private final int coversKept;

    public RegretSearch() {
        this(16);
    }

    /** {@code coversKept}: sets of items considered for a group. */
    public RegretSearch(int coversKept) {
        this.coversKept = coversKept;
    }

    @Override
    public Assignment solve(PlacementProblem problem) {
        return new Search(problem, coversKept).run();
    }

    /** The covers a group has, by what their items cost at the best target that could take them alone. */
    public static List<List<Cover>> covers(PlacementProblem problem, int kept) {
        return new Search(problem, kept).covers;
    }

    /** One run. */
    private static final class Search {
        private final PlacementProblem problem;
        private final Shortlists shortlists;
        private final Room room;
        private final List<List<Cover>> covers = new ArrayList<>();
        /** Per group the items taken; empty while it is not covered. */
        private final int[][] taken;

        private final boolean[] needless;
        private final boolean[] placed;
        private int insertions;

        Search(PlacementProblem problem, int coversKept) {
            this.problem = problem;
            room = new Room(problem);
            shortlists = new Shortlists(problem, room);
            taken = new int[problem.groups()][0];
            needless = new boolean[problem.groups()];
            placed = new boolean[problem.groups()];
            int[][] members = members();
            for (int group = 0; group < problem.groups(); group++) {
                covers.add(covers(group, members[group], few() ? COVERS_OF_FEW : coversKept));
            }
        }

        Assignment run() {
            Assignment best = construct(byIdeal());
            if (problem.groups() <= FEW_GROUPS) {
                for (int first = 0; first < problem.groups(); first++) {
                    best = better(best, construct(startingWith(first)));
                }
                clear();
                int needing = (int) IntStream.range(0, problem.groups())
                        .filter(group -> !needless[group])
                        .count();
                return new JointSearch(problem, room, shortlists, covers, byIdeal()).beat(best, needing);
            }
            improve();
            return answer();
        }

        private Assignment construct(int[] order) {
            clear();
            for (int group : order) {
                place(group);
            }
            if (problem.groups() <= FEW_GROUPS) {
                improve();
            }
            return answer();
        }

        private static Assignment better(Assignment one, Assignment other) {
            return other.betterThan(one) ? other : one;
        }

        /** The dearest groups first: they have most to lose. */
        private int[] byIdeal() {
            return IntStream.range(0, problem.groups())
                    .boxed()
                    .sorted(Comparator.comparingLong((Integer group) -> -ideal(group))
                            .thenComparing(group -> group))
                    .mapToInt(Integer::intValue)
                    .toArray();
        }

        private int[] startingWith(int first) {
            return IntStream.concat(IntStream.of(first), IntStream.of(byIdeal()).filter(group -> group != first))
                    .toArray();
        }

        private long ideal(int group) {
            return covers.get(group).isEmpty()
                    ? 0
                    : covers.get(group).getFirst().cost();
        }

        private int[][] members() {
            int[] sizes = new int[problem.groups()];
            for (int item = 0; item < problem.items(); item++) {
                sizes[problem.group(item)]++;
            }
            int[][] members = new int[problem.groups()][];
            Arrays.setAll(members, group -> new int[sizes[group]]);
            for (int item = problem.items() - 1; item >= 0; item--) {
                members[problem.group(item)][--sizes[problem.group(item)]] = item;
            }
            return members;
        }

        private List<Cover> covers(int group, int[] members, int kept) {
            double[] need = new double[problem.needs()];
            Arrays.setAll(need, n -> problem.need(group, n));
            needless[group] = Arrays.stream(need).allMatch(one -> one <= 0);
            int[] movable = IntStream.of(members)
                    .filter(item -> shortlists.cheapest(item) != PlacementProblem.FORBIDDEN)
                    .toArray();
            if (needless[group] || movable.length == 0) {
                return List.of();
            }
            long[] cost = IntStream.of(movable).mapToLong(shortlists::cheapest).toArray();
            double[][] relief = new double[movable.length][need.length];
            for (int i = 0; i < movable.length; i++) {
                for (int n = 0; n < need.length; n++) {
                    relief[i][n] = problem.relief(movable[i], n);
                }
            }
            return CoverSearch.cheapest(cost, relief, need, kept).covers().stream()
                    .map(cover -> new Cover(
                            IntStream.of(cover.items()).map(i -> movable[i]).toArray(), cover.cost()))
                    .toList();
        }

        /** Takes the cheapest cover there is room for; false when there is none. */
        private boolean place(int group) {
            long bestCost = Long.MAX_VALUE;
            int[] bestItems = new int[0];
            int[] bestTargets = new int[0];
            for (Cover cover : covers.get(group)) {
                if (cover.cost() >= bestCost) {
                    break;
                }
                long cost = insert(cover.items());
                if (cost >= 0) {
                    if (cost < bestCost) {
                        bestCost = cost;
                        bestItems = cover.items();
                        bestTargets = IntStream.of(bestItems).map(room::at).toArray();
                    }
                    take(cover.items());
                }
            }
            for (int i = 0; i < bestItems.length; i++) {
                room.put(bestItems[i], bestTargets[i]);
            }
            taken[group] = bestItems;
            placed[group] = bestCost != Long.MAX_VALUE;
            return placed[group];
        }

        /**
         * Puts all items, most regret first; where that ends nowhere, by trying. The cost, or -1 and nothing is put.
         */
        private long insert(int[] items) {
            insertions += items.length;
            if (byRegret(items)) {
                return cost(items);
            }
            for (int item : items) {
                if (room.at(item) != Assignment.STAYS) {
                    room.take(item);
                }
            }
            return items.length > 1 && byTrying(items, 0, new int[] {TRIES_MAX}) ? cost(items) : -1;
        }

        private boolean byRegret(int[] items) {
            var open = new ArrayList<Integer>();
            IntStream.of(items).forEach(open::add);
            while (!open.isEmpty()) {
                Shortlists.Pick pick = Shortlists.NONE;
                for (int item : open) {
                    Shortlists.Pick other = shortlists.pick(item);
                    if (other.target() == Assignment.STAYS) {
                        return false;
                    }
                    pick = other.regret() > pick.regret() ? other : pick;
                }
                room.put(pick.item(), pick.target());
                open.remove(Integer.valueOf(pick.item()));
            }
            return true;
        }

        private boolean byTrying(int[] items, int next, int[] tries) {
            if (next == items.length) {
                return true;
            }
            for (int target : shortlists.of(items[next])) {
                if (tries[0]-- <= 0) {
                    return false;
                }
                if (room.fits(items[next], target)) {
                    room.put(items[next], target);
                    if (byTrying(items, next + 1, tries)) {
                        return true;
                    }
                    room.take(items[next]);
                }
            }
            return false;
        }

        private void remove(int group) {
            take(taken[group]);
            taken[group] = new int[0];
            placed[group] = false;
        }

        private void take(int[] items) {
            for (int item : items) {
                room.take(item);
            }
        }

        private long cost(int[] items) {
            long cost = 0;
            for (int item : items) {
                cost += problem.cost(item, room.at(item));
            }
            return cost;
        }

        private void improve() {
            boolean better = true;
            while (better && insertions < INSERTIONS_MAX) {
                better = false;
                for (int group = 0; group < problem.groups() && insertions < INSERTIONS_MAX; group++) {
                    if (couldBeCheaper(group)) {
                        better |= again(group, -1);
                        better |= ejecting(group);
                    }
                }
            }
        }

        private boolean couldBeCheaper(int group) {
            return !covers.get(group).isEmpty() && (!placed[group] || cost(taken[group]) > ideal(group));
        }

        private boolean ejecting(int group) {
            for (int other = 0; other < problem.groups() && insertions < INSERTIONS_MAX; other++) {
                boolean inTheWay = other != group && placed[other] && (few() || wanted(group, other));
                if (inTheWay && again(group, other)) {
                    return true;
                }
            }
            return false;
        }

        private boolean few() {
            return problem.groups() <= FEW_GROUPS;
        }

        /** Whether the other group sits where this one would rather be. */
        private boolean wanted(int group, int other) {
            int[] ideal = covers.get(group).getFirst().items();
            return IntStream.of(taken[other])
                    .map(room::at)
                    .anyMatch(target -> IntStream.of(ideal).anyMatch(item -> shortlists.favourite(item) == target));
        }

        /** Places a group anew, before another that is ejected for it (-1: none); undone unless it is better. */
        private boolean again(int group, int other) {
            int[][] items = {taken[group], other < 0 ? new int[0] : taken[other]};
            int[][] targets = {
                IntStream.of(items[0]).map(room::at).toArray(),
                IntStream.of(items[1]).map(room::at).toArray()
            };
            boolean before = placed[group];
            long cost = cost(items[0]) + cost(items[1]);
            remove(group);
            if (other >= 0) {
                remove(other);
            }
            boolean now = place(group);
            boolean otherNow = other < 0 || place(other);
            long after = cost(taken[group]) + (other < 0 ? 0 : cost(taken[other]));
            if (now && otherNow && (!before || after < cost)) {
                return true;
            }
            remove(group);
            putBack(group, items[0], targets[0], before);
            if (other >= 0) {
                remove(other);
                putBack(other, items[1], targets[1], true);
            }
            return false;
        }

        private void putBack(int group, int[] items, int[] targets, boolean was) {
            for (int i = 0; i < items.length; i++) {
                room.put(items[i], targets[i]);
            }
            taken[group] = items;
            placed[group] = was;
        }

        private void clear() {
            for (int group = 0; group < problem.groups(); group++) {
                remove(group);
            }
        }

        private Assignment answer() {
            long cost = 0;
            int uncovered = 0;
            for (int group = 0; group < problem.groups(); group++) {
                cost += cost(taken[group]);
                uncovered += placed[group] || needless[group] ? 0 : 1;
            }
            return new Assignment(room.targets(), cost, uncovered);
        }
    }
}
