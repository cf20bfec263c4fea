package io.drover.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class UnitsTest {
    @Test
    void bytesHaveThreeFigures() {
        assertThat(Units.bytes(0)).isEqualTo("0 B");
        assertThat(Units.bytes(999)).isEqualTo("999 B");
        assertThat(Units.bytes(1000)).isEqualTo("0.98 KiB");
        assertThat(Units.bytes(1536)).isEqualTo("1.50 KiB");
        assertThat(Units.bytes(12L << 20)).isEqualTo("12.0 MiB");
        assertThat(Units.bytes(123L << 30)).isEqualTo("123 GiB");
        assertThat(Units.bytes(Long.MAX_VALUE)).isEqualTo("8.00 EiB");
    }

    @Test
    void durationsGrowCoarser() {
        assertThat(Units.duration(Duration.ofMillis(-5))).isEqualTo("0 ms");
        assertThat(Units.duration(Duration.ofMillis(87))).isEqualTo("87 ms");
        assertThat(Units.duration(Duration.ofMillis(9940))).isEqualTo("9.9 s");
        assertThat(Units.duration(Duration.ofSeconds(119))).isEqualTo("119 s");
        assertThat(Units.duration(Duration.ofSeconds(3601))).isEqualTo("60 min 1 s");
        assertThat(Units.duration(Duration.ofHours(30).plusMinutes(4))).isEqualTo("30 h 4 min");
        assertThat(Units.duration(Duration.ofHours(49))).isEqualTo("2 d 1 h");
    }

    @Test
    void percentNeverPasses100() {
        assertThat(Units.percent(0, 0)).isEmpty();
        assertThat(Units.percent(1, 3)).isEqualTo("33 %");
        assertThat(Units.percent(5, 3)).isEqualTo("100 %");
    }
}
