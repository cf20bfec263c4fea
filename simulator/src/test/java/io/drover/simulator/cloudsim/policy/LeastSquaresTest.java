package io.drover.simulator.cloudsim.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LeastSquaresTest {
    @Test
    void leavesWhatALineCannotExplain() {
        double[][] line = {{1, 1, 1, 1}, {1, 2, 3, 4}};

        assertThat(LeastSquares.residual(line, new double[] {3, 5, 7, 9})).isEqualTo(0, within(1e-20));
        // Fit 1.4 x + 1.5: residuals 0.1, -0.3, 0.3, -0.1.
        assertThat(LeastSquares.residual(line, new double[] {3, 4, 6, 7})).isEqualTo(0.2, within(1e-12));
    }

    @Test
    void saysThatDependentColumnsHaveNoAnswer() {
        assertThat(LeastSquares.residual(new double[][] {{1, 1, 1}, {0, 0, 0}}, new double[] {1, 2, 3}))
                .isNaN();
    }
}
