package io.drover.simulator.cloudsim.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class OverloadCheckTest {
    private static final OverloadCheck ALWAYS = host -> true;

    @Test
    void thresholdComparesWhatIsAskedFor() {
        assertThat(OverloadCheck.threshold(0.8).overloaded(load(0.8))).isFalse();
        assertThat(OverloadCheck.threshold(0.8).overloaded(load(0.81))).isTrue();
    }

    @Test
    void medianDeviationKeepsRoomForTheSpread() {
        double[] history = new double[12];
        Arrays.setAll(history, i -> i % 2 == 0 ? 0.4 : 0.6);

        assertThat(Deviation.median(2.5, ALWAYS).overloaded(load(0.74, history)))
                .as("1 - 2.5 x 0.1")
                .isFalse();
        assertThat(Deviation.median(2.5, ALWAYS).overloaded(load(0.76, history)))
                .isTrue();
    }

    @Test
    void quartilesKeepRoomForTheSpread() {
        double[] history = new double[12];
        Arrays.setAll(history, i -> i % 2 == 0 ? 0.4 : 0.6);

        assertThat(Deviation.interquartile(1.5, ALWAYS).overloaded(load(0.69, history)))
                .isFalse();
        assertThat(Deviation.interquartile(1.5, ALWAYS).overloaded(load(0.71, history)))
                .isTrue();
    }

    @Test
    void regressionLooksOneTickAhead() {
        double[] rising = new double[10];
        Arrays.setAll(rising, i -> 0.75 - 0.01 * i);

        assertThat(new LocalRegression(1.2, ALWAYS).overloaded(load(0.1, rising)))
                .as("1.2 x 0.76")
                .isFalse();
        assertThat(new LocalRegression(1.32, ALWAYS).overloaded(load(0.1, rising)))
                .as("1.32 x 0.76")
                .isTrue();
    }

    @Test
    void withTooLittleHistoryAnotherTestIsAsked() {
        assertThat(new LocalRegression(1.2, ALWAYS).overloaded(load(0, new double[9])))
                .isTrue();
        assertThat(Deviation.median(2.5, ALWAYS).overloaded(load(0, new double[11])))
                .isTrue();
    }

    private static HostLoad load(double share, double... history) {
        return new HostLoad() {
            @Override
            public double totalMips() {
                return 1000;
            }

            @Override
            public double requestedMips() {
                return 1000 * share;
            }

            @Override
            public double[] history() {
                return history.clone();
            }
        };
    }
}
