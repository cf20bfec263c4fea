package io.drover.simulator.cloudsim.policy;

import io.drover.simulator.cloudsim.fleet.Vms;
import java.util.Arrays;
import java.util.List;

/**
 * MC: the VM whose past load is best explained by that of the others on its host (highest R squared of a linear
 * regression with intercept). With fewer samples than unknowns, or where a regression has no single answer, another
 * selection is asked instead.
 */
record MaximumCorrelation(VmSelection fallback) implements VmSelection {
    @Override
    public int choose(Vms vms, List<Integer> candidates) {
        if (candidates.size() < 2 || vms.samples() < candidates.size()) {
            return fallback.choose(vms, candidates);
        }
        double best = Double.MIN_VALUE;
        int chosen = candidates.getFirst();
        for (int candidate : candidates) {
            double[] load = Arrays.copyOf(vms.history(candidate), vms.samples());
            double residual = LeastSquares.residual(others(vms, candidate, candidates), load);
            if (Double.isNaN(residual)) {
                return fallback.choose(vms, candidates);
            }
            double explained = 1 - residual / squaredDeviation(load);
            if (explained > best) {
                best = explained;
                chosen = candidate;
            }
        }
        return chosen;
    }

    private static double[][] others(Vms vms, int vm, List<Integer> candidates) {
        double[][] columns = new double[candidates.size()][vms.samples()];
        Arrays.fill(columns[0], 1);
        int used = 1;
        for (int other : candidates) {
            if (other != vm) {
                System.arraycopy(vms.history(other), 0, columns[used], 0, vms.samples());
                used++;
            }
        }
        return columns;
    }

    private static double squaredDeviation(double[] values) {
        double mean = 0;
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            double distance = values[i] - mean;
            double step = distance / (i + 1);
            mean += step;
            sum += i * distance * step;
        }
        return sum;
    }
}
