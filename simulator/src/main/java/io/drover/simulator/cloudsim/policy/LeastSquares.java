package io.drover.simulator.cloudsim.policy;

/**
 * Ordinary least squares by Householder reflections, then the residuals of the solution itself: where columns are
 * nearly dependent, as idle VMs make them, these say more than the part of {@code y} outside the columns' space.
 */
final class LeastSquares {
    private final double[][] columns;
    private final double[] diagonal;

    private LeastSquares(double[][] columns) {
        this.columns = columns;
        diagonal = new double[columns.length];
        for (int k = 0; k < columns.length; k++) {
            reduce(k);
        }
    }

    /**
     * The sum of squares that the best linear combination of columns leaves of {@code y}.
     *
     * @param columns at most as many as {@code y} has entries
     * @return not a number where a column is a combination of earlier ones, exactly
     */
    static double residual(double[][] columns, double[] y) {
        double[][] work = new double[columns.length][];
        for (int k = 0; k < columns.length; k++) {
            work[k] = columns[k].clone();
        }
        double[] solution = new LeastSquares(work).solve(y.clone());
        double sum = 0;
        for (int row = 0; row < y.length; row++) {
            double fitted = 0;
            for (int k = 0; k < columns.length; k++) {
                fitted += columns[k][row] * solution[k];
            }
            sum += (y[row] - fitted) * (y[row] - fitted);
        }
        return sum;
    }

    private void reduce(int k) {
        double[] pivot = columns[k];
        double norm = Math.sqrt(dot(pivot, pivot, k));
        diagonal[k] = pivot[k] > 0 ? -norm : norm;
        if (norm != 0) {
            pivot[k] -= diagonal[k];
            for (int j = k + 1; j < columns.length; j++) {
                reflect(k, columns[j]);
            }
        }
    }

    private double[] solve(double[] y) {
        for (int k = 0; k < columns.length; k++) {
            reflect(k, y);
        }
        double[] solution = new double[columns.length];
        for (int k = columns.length - 1; k >= 0; k--) {
            solution[k] = diagonal[k] == 0 ? Double.NaN : y[k] / diagonal[k];
            for (int i = 0; i < k; i++) {
                y[i] -= solution[k] * columns[k][i];
            }
        }
        return solution;
    }

    private void reflect(int k, double[] vector) {
        double[] normal = columns[k];
        double factor = dot(normal, vector, k) / (diagonal[k] * normal[k]);
        for (int i = k; i < vector.length; i++) {
            vector[i] += factor * normal[i];
        }
    }

    private static double dot(double[] a, double[] b, int from) {
        double sum = 0;
        for (int i = from; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
