package io.drover.scheduler.balancing.search;

import java.util.SplittableRandom;

/** A small problem of whole numbers: overloaded hosts with VMs of very different disks, and tight targets. */
@SuppressWarnings("ArrayRecordComponent")
record Instance(
        int groups,
        int targets,
        int[] group,
        double[][] relief,
        double[][] need,
        double[][] room,
        long[][] cost,
        int[] apartness)
        implements PlacementProblem {

    static Instance of(long seed) {
        var random = new SplittableRandom(seed);
        int groups = random.nextInt(1, 4);
        int targets = random.nextInt(2, 6);
        int items = groups * random.nextInt(3, 7);
        int[] group = new int[items];
        int[] apart = new int[items];
        double[][] relief = new double[items][2];
        double[][] need = new double[groups][2];
        for (int item = 0; item < items; item++) {
            group[item] = item % groups;
            apart[item] = random.nextInt(4) == 0 ? random.nextInt(3) : -1;
            relief[item][0] = random.nextInt(1, 60);
            relief[item][1] = random.nextInt(1, 40);
            for (int n = 0; n < 2; n++) {
                need[group[item]][n] += relief[item][n];
            }
        }
        for (int g = 0; g < groups; g++) {
            need[g][0] = Math.floor(need[g][0] * random.nextDouble(0.1, 0.5));
            need[g][1] = random.nextBoolean() ? 0 : Math.floor(need[g][1] * random.nextDouble(0.1, 0.5));
        }
        double[][] room = new double[targets][3];
        double wanted = 0;
        for (double[] one : need) {
            wanted += one[0];
        }
        for (int target = 0; target < targets; target++) {
            room[target][0] = Math.floor(wanted / targets * random.nextDouble(0.9, 2.5)) + random.nextInt(40);
            room[target][1] = random.nextInt(40, 160);
            room[target][2] = random.nextInt(60, 400);
        }
        return new Instance(groups, targets, group, relief, need, room, costs(random, items, targets), apart);
    }

    private static long[][] costs(SplittableRandom random, int items, int targets) {
        double[] preference = new double[targets];
        for (int target = 0; target < targets; target++) {
            preference[target] = random.nextDouble(1, 1.2);
        }
        long[][] cost = new long[items][targets];
        for (int item = 0; item < items; item++) {
            long bytes = random.nextLong(50, 8_000);
            for (int target = 0; target < targets; target++) {
                boolean forbidden = random.nextInt(10) == 0;
                cost[item][target] = forbidden ? FORBIDDEN : (long) (bytes * preference[target]);
            }
        }
        return cost;
    }

    @Override
    public int items() {
        return group.length;
    }

    @Override
    public int needs() {
        return 2;
    }

    @Override
    public int dimensions() {
        return 3;
    }

    @Override
    public int group(int item) {
        return group[item];
    }

    @Override
    public double relief(int item, int which) {
        return relief[item][which];
    }

    @Override
    public double need(int which, int number) {
        return need[which][number];
    }

    @Override
    public double weight(int item, int target, int dimension) {
        return switch (dimension) {
            case 0, 1 -> relief[item][dimension];
            default -> Math.ceil((item * 37 % 90) + 5.0);
        };
    }

    @Override
    public double room(int target, int dimension) {
        return room[target][dimension];
    }

    @Override
    public long cost(int item, int target) {
        return cost[item][target];
    }

    @Override
    public int[] apart(int item) {
        return apartness[item] < 0 ? new int[0] : new int[] {apartness[item]};
    }
}
