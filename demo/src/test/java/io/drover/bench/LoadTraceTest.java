package io.drover.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.testbed.evidence.ConsoleLine;
import io.drover.testbed.evidence.ConsoleRecording;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadTraceTest {
    @Test
    void countsWhatWasOfferedAndAchievedOverBothConsoles() {
        var source = new ConsoleRecording(
                "a",
                List.of(
                        new ConsoleLine(10, "LOAD 1 due=100 done=100 unique=90 worst_us=900 h=20:100;"),
                        new ConsoleLine(20, "LOAD 2 due=200 done=150 unique=140 worst_us=5000 h=20:49,32:1;")),
                new ConsoleLine(21, "LOAD 3 due=300 do"));
        var destination = new ConsoleRecording(
                "b", List.of(new ConsoleLine(40, "ne=280 unique=250 worst_us=700 h=16:130;")), null);

        var figures =
                new LoadTrace(List.of(source, destination)).between(10, 30).orElseThrow();

        assertThat(figures.offered()).isEqualTo(200);
        assertThat(figures.achieved()).isEqualTo(180);
        assertThat(figures.unique()).isEqualTo(250);
        assertThat(figures.worstMillis()).isEqualTo(5.0);
        assertThat(figures.p99Millis()).isEqualTo(LoadTrace.upperMicros(20) / 1000.0);
    }

    @Test
    void knowsTheWitnessBuckets() {
        assertThat(LoadTrace.upperMicros(2)).isEqualTo(3);
        assertThat(LoadTrace.upperMicros(3)).isEqualTo(4);
        assertThat(LoadTrace.upperMicros(7)).isEqualTo(8);
        assertThat(LoadTrace.upperMicros(11)).isEqualTo(16);
        assertThat(LoadTrace.upperMicros(12)).isEqualTo(20);
    }

    @Test
    void saysNothingWithoutTwoLines() {
        var silent = new ConsoleRecording("a", List.of(new ConsoleLine(10, "HB 1")), null);
        assertThat(new LoadTrace(List.of(silent)).between(0, 20)).isEmpty();
    }
}
