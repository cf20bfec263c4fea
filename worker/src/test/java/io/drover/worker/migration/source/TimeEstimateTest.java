package io.drover.worker.migration.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class TimeEstimateTest {
    @Test
    void aQuietGuestsRangeIsItsMemory() {
        TimeEstimate outlook = TimeEstimate.of(1_000_000_000, 400_000_000, 100e6, 0);
        assertThat(outlook.least()).isEqualTo(Duration.ofSeconds(11));
        assertThat(outlook.most()).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void writesMoveTheFarEndOnly() {
        TimeEstimate outlook = TimeEstimate.of(1_000_000_000, 0, 100e6, 50e6);
        assertThat(outlook.least()).isEqualTo(Duration.ofSeconds(10));
        assertThat(outlook.most()).isEqualTo(Duration.ofSeconds(21));
    }

    @Test
    void nothingIsPromisedThatCannotBeKept() {
        assertThat(TimeEstimate.of(1_000_000_000, 0, 100e6, 95e6).most()).isNull();
        assertThat(TimeEstimate.of(1_000_000_000, 0, 0, 0)).isEqualTo(TimeEstimate.UNKNOWN);
    }
}
