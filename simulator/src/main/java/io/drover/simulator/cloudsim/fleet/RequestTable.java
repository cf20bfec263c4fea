package io.drover.simulator.cloudsim.fleet;

/**
 * The order in which CloudSim goes over the requests on a host when it counts anew: that of its hash table, which never
 * shrinks. Sums of the same numbers in another order differ in the last bit, and for a host filled to the brim that bit
 * says whether it is over-subscribed.
 */
public final class RequestTable {
    private static final int FIRST_BUCKETS = 16;

    /** The table's keys are user and VM; the experiment's user is number 2. */
    private static final String USER = "2-";

    private int buckets = FIRST_BUCKETS;

    /** Notes that this many requests are in the table at once. */
    public void hold(int requests) {
        while (requests > 3 * buckets / 4) {
            buckets *= 2;
        }
    }

    /**
     * Positions in the table's order.
     *
     * @param vm VMs in the order they were put in
     */
    public int[] order(int[] vm, int count) {
        int[] order = new int[count];
        int[] bucket = new int[count];
        for (int i = 0; i < count; i++) {
            int own = bucket(vm[i]);
            int at = i;
            while (at > 0 && bucket[at - 1] > own) {
                bucket[at] = bucket[at - 1];
                order[at] = order[at - 1];
                at--;
            }
            bucket[at] = own;
            order[at] = i;
        }
        return order;
    }

    private int bucket(int vm) {
        int hash = (USER + vm).hashCode();
        return (hash ^ (hash >>> 16)) & (buckets - 1);
    }
}
