package io.drover.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.bench.trial.BenchCase;
import io.drover.bench.trial.Measurement;
import io.drover.bench.trial.Variant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ResultsTest {
    private static final BenchCase BUSY = BenchCase.named("busy-1g").getFirst();

    @Test
    void writesMediansWithTheirRunsUnderTheNamesThatWereAgreed() {
        JsonNode rows = Results.document(List.of(
                Figures.of("busy-1g", "auto", 1, 8, 1, Map.of("swap_wire_bytes", 10L, "predicted_s", 7.5)),
                Figures.of("busy-1g", "qemu-mirror-background", 12, 1),
                Figures.of("busy-1g", "auto", 2, 10, 0.9, Map.of("swap_wire_bytes", 20L)),
                Figures.of("busy-1g", "auto", 3, 9, 1, Map.of("swap_wire_bytes", 40L))));

        assertThat(rows.size()).isEqualTo(2);
        JsonNode auto = rows.path(0);
        assertThat(auto.propertyNames())
                .contains(
                        "case",
                        "contender",
                        "total_s",
                        "wire_bytes",
                        "floor_bytes",
                        "downtime_ms",
                        "worst_write_ms",
                        "p99_write_ms",
                        "achieved_writes",
                        "cpu_s",
                        "converged",
                        "verified",
                        "runs");
        assertThat(auto.path("total_s").asDouble()).isEqualTo(9);
        assertThat(auto.path("achieved_writes").asDouble()).isEqualTo(1);
        assertThat(auto.path("swap_wire_bytes").asLong()).isEqualTo(20);
        assertThat(auto.path("swap_wire_bytes").isIntegralNumber()).isTrue();
        assertThat(auto.path("predicted_s").asDouble()).isEqualTo(7.5);
        assertThat(auto.path("runs").size()).isEqualTo(3);
        assertThat(auto.path("runs").path(1).path("total_s").asDouble()).isEqualTo(10);
    }

    @Test
    void isNotConvergedWhenOneRunWasNot() {
        Variant auto = Variant.named(List.of("auto")).getFirst();

        Measurement median = Results.medians(
                        List.of(Figures.of("busy-1g", "auto", 8, 1), Measurement.failed(BUSY, auto, 2, "it broke")))
                .getFirst();

        assertThat(median.converged()).isFalse();
        assertThat(median.verified()).isFalse();
        assertThat(Results.table(List.of(median))).contains("NOT CONVERGED: it broke");
    }
}
