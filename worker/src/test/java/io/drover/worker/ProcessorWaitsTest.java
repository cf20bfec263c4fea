package io.drover.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProcessorWaitsTest {
    @TempDir
    private Path proc;

    private void kernelSays(long someMicros, long idle, long steal) throws IOException {
        Files.createDirectories(proc.resolve("pressure"));
        Files.writeString(
                proc.resolve("pressure/cpu"),
                "some avg10=8.39 avg60=19.70 avg300=20.77 total=" + someMicros
                        + "\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=77\n");
        Files.writeString(
                proc.resolve("stat"),
                "cpu  1000 20 300 " + idle + " 40 0 60 " + steal + " 999 0\ncpu0 1 2 3 4 5 6 7 8 9 0\nintr 1 2\n");
    }

    @Test
    void bothAreDifferences() throws Exception {
        kernelSays(5_000_000, 7000, 10);
        var waits = new ProcessorWaits(proc);
        kernelSays(5_500_000, 7150, 60);
        assertThat(waits.pressure(2)).isEqualTo(0.25);
        assertThat(waits.steal()).isCloseTo(50.0 / 200, within(1e-9));
        kernelSays(5_500_000, 7350, 60);
        assertThat(waits.pressure(2)).isZero();
        assertThat(waits.steal()).isZero();
    }

    @Test
    void aKernelThatDoesNotTellIsNotAskedToGuess() throws Exception {
        var waits = new ProcessorWaits(proc);
        assertThat(waits.pressure(2)).isNull();
        assertThat(waits.steal()).isNull();
        kernelSays(1, 1, 1);
        assertThat(waits.pressure(2)).as("nothing to compare with").isNull();
        assertThat(waits.steal()).isNull();
        assertThat(waits.pressure(2)).isZero();
    }

    @Test
    void thisKernelIsUnderstood() {
        var waits = new ProcessorWaits(Path.of("/proc"));
        assertThat(waits.steal())
                .satisfiesAnyOf(
                        steal -> assertThat(steal).isNull(),
                        steal -> assertThat(steal).isBetween(0.0, 1.0));
        assertThat(Files.isReadable(Path.of("/proc/pressure/cpu"))).isEqualTo(waits.pressure(1) != null);
    }
}
