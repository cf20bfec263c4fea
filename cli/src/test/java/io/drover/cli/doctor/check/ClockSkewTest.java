package io.drover.cli.doctor.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.cli.doctor.check.Finding.Level;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ClockSkewTest {
    private static final Instant ASKED = Instant.parse("2026-12-01T12:00:00Z");
    private static final Instant ANSWERED = ASKED.plusSeconds(5);

    private static Finding of(Duration other) {
        return ClockSkew.of("h2", ASKED, ASKED.plus(other), ANSWERED);
    }

    @Test
    void aSlowAnswerIsNoSkew() {
        assertThat(of(Duration.ofSeconds(4))).isEqualTo(Finding.ok("the clock of h2 and this one agree"));
        assertThat(of(Duration.ofSeconds(6)).level()).isEqualTo(Level.OK);
    }

    @Test
    void aSkewIsToldWithItsDirection() {
        assertThat(of(Duration.ofSeconds(8)))
                .matches(finding -> finding.level() == Level.WARN)
                .extracting(Finding::found)
                .isEqualTo("the clock of h2 is 3.0 s ahead of this one");
        assertThat(of(Duration.ofSeconds(-31)))
                .matches(finding -> finding.level() == Level.FAIL)
                .extracting(Finding::found)
                .isEqualTo("the clock of h2 is 31.0 s behind this one");
        assertThat(of(Duration.ofDays(1)).remedy()).contains("chrony");
    }
}
