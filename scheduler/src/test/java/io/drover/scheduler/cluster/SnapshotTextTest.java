package io.drover.scheduler.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.drover.scheduler.Snapshots;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SnapshotTextTest {
    static List<String> names() {
        return Snapshots.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void roundTripsByteForByte(String name) {
        String text = Snapshots.text(name);

        assertThat(SnapshotText.write(SnapshotText.read(text))).isEqualTo(text);
    }

    @Test
    void roundTripsValuesThatTextCouldRound() {
        String text = Snapshots.text("calm").replace("/0.6/", "/" + (0.1 + 0.2) + "/");

        assertThat(text).contains("0.30000000000000004");
        assertThat(SnapshotText.write(SnapshotText.read(text))).isEqualTo(text);
    }

    @Test
    void roundTripsLabelsWhateverStandsInThem() {
        ClusterSnapshot calm = Snapshots.read("calm");
        Host host = calm.hosts().getFirst();
        var labelled = new Host(
                host.id(),
                host.cpuCores(),
                host.memoryBytes(),
                host.imagesFreeBytes(),
                host.linkBytesPerSecond(),
                host.reservedMemoryBytes(),
                host.reservedImageBytes(),
                host.samples(),
                Map.of("drover.cpu-model", "Sky lake;=100%\nß", "empty", ""));
        var snapshot = new ClusterSnapshot(
                calm.at(), calm.rules(), List.of(labelled), calm.vms(), calm.inFlight(), calm.ended());

        assertThat(SnapshotText.read(SnapshotText.write(snapshot))).isEqualTo(snapshot);
    }

    @Test
    void letsCommentsAndEmptyLinesPass() {
        String text = Snapshots.text("calm");

        assertThat(SnapshotText.read("# odd decision of Monday\n\n" + text)).isEqualTo(SnapshotText.read(text));
    }

    @Test
    void namesLineAndFieldOfWhatIsWrong() {
        String text = Snapshots.text("calm");

        refuses("hello\n", "line 1", "drover-snapshot 1");
        refuses(text.replace("cpu_cores=1.5 ", ""), "line 4", "cpu_cores");
        refuses(text.replace("owner=h1", "owner=h1 colour=red"), "line 6", "colour");
        refuses(text.replace("running=true", "running=maybe"), "line 6", "running");
        refuses(text.replace("high=0.8", "high=8"), "line 3", "high");
        refuses(text.replace("host id=h1", "hostess id=h1"), "line 4", "hostess");
        refuses(text.replace("swap_bytes=0", "swap_bytes=0 labels=a=1;a=2"), "line 6", "labels", "twice");
        refuses(text.replace("swap_bytes=0", "swap_bytes=0 labels=a=%1"), "line 6", "labels");
        refuses(text.replace("at 2026-11-22T18:00:00Z\n", ""), "at");
    }

    private static void refuses(String text, String... inMessage) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SnapshotText.read(text))
                .satisfies(e -> assertThat(e.getMessage()).contains(inMessage));
    }
}
