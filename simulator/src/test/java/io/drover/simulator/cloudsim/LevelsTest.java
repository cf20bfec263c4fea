package io.drover.simulator.cloudsim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LevelsTest {
    @Test
    void aStateHoldsUntilTheNextAndTheLastOfAMomentCounts() {
        var levels = new Levels();
        levels.note(10, 1, 1, true);
        levels.note(20, 5, 7, false);
        levels.note(20, 3, 5, true);
        levels.note(24, 1, 2, false);
        levels.note(25, 2, 2, false);
        levels.note(99, 0, 9, true);

        assertThat(levels.markedS()).isEqualTo(10 + 4);
        assertThat(levels.markedShortS()).isEqualTo(4);
        assertThat(levels.markedShortfall()).isEqualTo(2 * 4);
        assertThat(levels.unmarkedShortS()).isEqualTo(1);
        assertThat(levels.asked()).isEqualTo(10 + 5 * 4 + 2 + 2 * 74);
    }
}
