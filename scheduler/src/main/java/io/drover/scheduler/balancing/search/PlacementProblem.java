package io.drover.scheduler.balancing.search;

/**
 * A generalised assignment with a choice of items: of each group, items whose relief together covers the group's needs
 * go to targets that have room for them, at the least sum of costs; the other items stay. A group that cannot be
 * covered keeps all its items. Items, groups, targets, needs and dimensions are numbers from 0.
 */
public interface PlacementProblem {
    /** Cost of a pair that may not be. */
    long FORBIDDEN = -1;

    int items();

    int groups();

    int targets();

    /** How many kinds of need a group has. */
    int needs();

    /** How many kinds of room a target has. */
    int dimensions();

    /** The group an item belongs to. */
    int group(int item);

    /** How much of the group's need the item takes away; at least 0. */
    double relief(int item, int need);

    /** What the items taken must relieve at least; 0 or less: nothing. */
    double need(int group, int need);

    /** Room the item takes at the target. */
    double weight(int item, int target, int dimension);

    double room(int target, int dimension);

    /** At least 0, or {@link #FORBIDDEN}. */
    long cost(int item, int target);

    /** Numbers from 0; two items that share one do not go to the same target. */
    int[] apart(int item);
}
