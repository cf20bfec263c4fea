package io.drover.bench.trial;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.bench.Rewritten;
import io.drover.testbed.evidence.ConsoleLine;
import io.drover.testbed.evidence.ConsoleRecording;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WriteTraceTest {
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
                new WriteTrace(List.of(source, destination)).between(10, 30).orElseThrow();

        assertThat(figures.offered()).isEqualTo(200);
        assertThat(figures.achieved()).isEqualTo(180);
        assertThat(figures.unique()).isEqualTo(250);
        assertThat(figures.worstMillis()).isEqualTo(5.0);
        assertThat(figures.p99Millis()).isEqualTo(WriteTrace.upperMicros(20) / 1000.0);
    }

    @Test
    void knowsTheWitnessBuckets() {
        assertThat(WriteTrace.upperMicros(2)).isEqualTo(3);
        assertThat(WriteTrace.upperMicros(3)).isEqualTo(4);
        assertThat(WriteTrace.upperMicros(7)).isEqualTo(8);
        assertThat(WriteTrace.upperMicros(11)).isEqualTo(16);
        assertThat(WriteTrace.upperMicros(12)).isEqualTo(20);
    }

    @Test
    void saysNothingWithoutTwoLines() {
        var silent = new ConsoleRecording("a", List.of(new ConsoleLine(10, "HB 1")), null);
        assertThat(new WriteTrace(List.of(silent)).between(0, 20)).isEmpty();
    }

    @Test
    void countsAsRewrittenWhatTheLoadHitsBehindTheCopy() {
        var lines = IntStream.rangeClosed(0, 100)
                .mapToObj(i -> new ConsoleLine(i, "LOAD 1 due=0 done=0 unique=" + 100 * i + " worst_us=0 h=;"))
                .toList();
        var trace = new WriteTrace(List.of(new ConsoleRecording("a", lines, null)));

        // A copy that takes the whole time leaves half of the time behind it on average, a short one nearly all.
        assertThat(Rewritten.bytes(trace, 0, 100, 100)).isBetween(4900L * 4096, 5100L * 4096);
        assertThat(Rewritten.bytes(trace, 0, 100, 20)).isBetween(8900L * 4096, 9100L * 4096);
        // Where the guest leaves after a quarter of it, three quarters were not yet sent.
        assertThat(Rewritten.bytes(trace, 0, 25, 100)).isBetween(250L * 4096, 375L * 4096);
    }
}
