package io.drover.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.bench.report.Summary.Line;
import io.drover.bench.trial.Measurement;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SummaryTest {
    private static final Offset<Double> NEARLY = Offset.offset(1e-9);

    private static Line line(String begin, Measurement... medians) {
        return Summary.of(List.of(medians)).stream()
                .filter(line -> line.what().startsWith(begin))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void holdsAutoAgainstTheBestModeThatLetsTheGuestWrite() {
        Line line = line(
                "busy-1g auto, total",
                Figures.of("busy-1g", "auto", 8, 1),
                Figures.of("busy-1g", "qemu-mirror-background", 10, 0.99),
                Figures.of("busy-1g", "qemu-mirror-write-blocking", 5, 0.1));

        assertThat(line.figure()).isEqualTo(0.8, NEARLY);
        assertThat(line.holds()).isTrue();
        assertThat(line.what()).endsWith("qemu-mirror-background");
        assertThat(line.note()).contains("qemu-mirror-write-blocking, 1.60");
    }

    @Test
    void saysWhenADemandIsNotMet() {
        Line line = line(
                "files-1g auto, total",
                Figures.of("files-1g", "auto", 7, 1),
                Figures.of("files-1g", "qemu-mirror-background", 10, 0.99));

        assertThat(line.holds()).isFalse();
        assertThat(line.toString()).startsWith("FAILS").contains("0.70 (at most 0.6)");
    }

    @Test
    void leavesPullingOutWhereThereIsNoLeaveForIt() {
        var auto = Figures.of("busy-1g", "auto", 10, 1);
        var autoPull = Figures.of("busy-1g", "auto-pull", 6, 1);
        var preCopy = Figures.of("busy-1g", "pre-copy", 8, 1);
        var postCopy = Figures.of("busy-1g", "post-copy", 4, 1);

        Line plain = line("busy-1g auto, total time against the best fixed", auto, autoPull, preCopy, postCopy);
        Line pulling = line("busy-1g auto-pull, total time against the best fixed", auto, autoPull, preCopy, postCopy);

        assertThat(plain.figure()).isEqualTo(1.25, NEARLY);
        assertThat(plain.holds()).isFalse();
        assertThat(pulling.figure()).isEqualTo(1.5, NEARLY);
    }

    @Test
    void comparesSwapWithWhatAPlainDiskHolds() {
        var auto = Figures.of(
                "swap-1g",
                "auto",
                1,
                5,
                1,
                Map.of("swap_wire_bytes", 110L, "swap_live_bytes", 100L, "swap_allocated_bytes", 120L));
        var plain = Figures.of("swap-1g", "pre-copy-plain-swap", 1, 6, 1, Map.of("swap_allocated_bytes", 275L));

        assertThat(line("swap-1g auto, swap on the wire against live", auto, plain)
                        .figure())
                .isEqualTo(1.1, NEARLY);
        assertThat(line("swap-1g auto, swap on the wire against what", auto, plain)
                        .figure())
                .isEqualTo(0.4, NEARLY);
        assertThat(line("swap-1g auto, swap on the wire against what", auto).holds())
                .isFalse();
    }

    @Test
    void takesTheMedianOfPredictionErrorsOverCases() {
        Line line = line(
                "auto, median error of the predicted time",
                Figures.of("busy-1g", "auto", 1, 5, 1, Map.of("predicted_s_error", 0.1)),
                Figures.of("files-1g", "auto", 1, 5, 1, Map.of("predicted_s_error", 0.15)),
                Figures.of("random-1g", "auto", 1, 5, 1, Map.of("predicted_s_error", 0.9)));

        assertThat(line.figure()).isEqualTo(0.15, NEARLY);
        assertThat(line.holds()).isTrue();
    }

    @Test
    void demandsNothingOfWhatDidNotRun() {
        assertThat(Summary.of(List.of(Figures.of("busy-1g", "pre-copy", 5, 1)))).isEmpty();
    }
}
