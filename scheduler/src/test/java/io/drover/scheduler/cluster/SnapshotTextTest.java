package io.drover.scheduler.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.drover.messages.HostId;
import io.drover.messages.MigrationState;
import io.drover.scheduler.Snapshots;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
                Map.of("drover.cpu-model", "Sky lake;=100%\nß", "empty", ""),
                0,
                0);
        var snapshot = new ClusterSnapshot(
                calm.at(), calm.rules(), List.of(labelled), calm.vms(), calm.inFlight(), calm.ended());

        assertThat(SnapshotText.read(SnapshotText.write(snapshot))).isEqualTo(snapshot);
    }

    @Test
    void olderSnapshotsReadWithTheStandardEconomy() {
        String text = Snapshots.text("calm");
        String older = text.replaceAll("(?m)^economy .*\n", "");

        assertThat(older).isNotEqualTo(text);
        assertThat(SnapshotText.read(older)).isEqualTo(SnapshotText.read(text));
    }

    @Test
    void roundTripsEverythingThatMayBeLeftOut() {
        ClusterSnapshot calm = Snapshots.read("calm");
        var sample = new Sample(calm.at(), 0.5, 7, 1e6, 2e6, 0.25);
        Vm vm = calm.vms().getFirst();
        var measured = new Vm(
                vm.id(),
                vm.name(),
                vm.owner(),
                true,
                true,
                0.5,
                1,
                1,
                2,
                3,
                Map.of("drover.exclude", "true"),
                1.5,
                2.5,
                List.of(sample, new Sample(calm.at(), 1, 2)),
                Collections.nCopies(24, 0.1));
        var ended = new EndedMigration(
                vm.id(),
                vm.owner(),
                new HostId("h2"),
                MigrationState.COMPLETED,
                calm.at(),
                calm.at().minusSeconds(4),
                400,
                true);
        var snapshot = new ClusterSnapshot(
                calm.at(),
                calm.rules(),
                calm.hosts(),
                List.of(measured),
                List.of(),
                List.of(ended),
                List.of(new RetainedCopy(vm.id(), new HostId("h2"), 9)));

        assertThat(SnapshotText.read(SnapshotText.write(snapshot))).isEqualTo(snapshot);
        assertThat(ended.bytesPerSecond()).isEqualTo(100);
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
        refuses(text.replace("cpu_cores=1.5 ", ""), "line 5", "cpu_cores");
        refuses(text.replace("owner=h1", "owner=h1 colour=red"), "line 7", "colour");
        refuses(text.replace("running=true", "running=maybe"), "line 7", "running");
        refuses(text.replace("high=0.8", "high=8"), "line 3", "high");
        refuses(text.replace("host id=h1", "hostess id=h1"), "line 5", "hostess");
        refuses(text.replace("swap_bytes=67108864", "swap_bytes=0 labels=a=1;a=2"), "line 7", "labels", "twice");
        refuses(text.replace("swap_bytes=67108864", "swap_bytes=0 labels=a=%1"), "line 7", "labels");
        refuses(text.replace("at 2026-11-22T18:00:00Z\n", ""), "at");
        refuses("", "at");
    }

    @Test
    void refusesLinesThatContradictEachOther() {
        String text = Snapshots.text("calm");

        refuses(text.replace("host id=h2", "host id=h1"), "line 6", "host h1 stands twice");
        refuses(text.replace("000000000002", "000000000001"), "line 8", "twice");
        refuses(text.replace("name=web-2", "name=web-1"), "line 8", "name", "web-1 stands twice");
        refuses(text.replace("owner=h1", "owner=h9"), "line 7", "owner", "no host h9");
    }

    @ParameterizedTest
    @Tag("attack")
    @DisplayName("F21: what no host can be measured at is refused by line and field")
    @CsvSource({
        "NaN, 5",
        "Infinity, 5",
        "-1, 5",
        "0x1p3, 5",
        "1f, 5",
        "1e300, 5",
        "'', 5",
        "+1, 5",
    })
    void refusesCapacitiesThatAreNone(String value, int line) {
        String text = Snapshots.text("calm");

        refuses(text.replaceFirst("cpu_cores=1.5", "cpu_cores=" + value), "line " + line + ": cpu_cores: ");
    }

    @Test
    @Tag("attack")
    @DisplayName("F21: samples, bytes, times and counts are what they can be")
    void refusesValuesThatAreNone() {
        String text = Snapshots.text("calm");

        refuses(text.replace("Z/0.6/", "Z/NaN/"), "line 5: samples: 'NaN'");
        refuses(text.replace("Z/0.6/", "Z/-0.6/"), "line 5: samples: '-0.6'");
        refuses(text.replaceFirst("memory_bytes=[0-9]+", "memory_bytes=-1"), "line 5: memory_bytes: '-1'");
        refuses(text.replaceFirst("memory_bytes=[0-9]+", "memory_bytes=9223372036854775807"), "line 5: memory_bytes");
        refuses(text.replaceFirst("images_free_bytes=[0-9]+", "images_free_bytes=1.5"), "line 5: images_free_bytes");
        refuses(text.replaceFirst("samples_n=[0-9]+", "samples_n=4294967300"), "line 3: samples_n");
        refuses(text.replaceFirst("stale=[A-Z0-9.]+", "stale=PT-30S"), "line 3: stale: 'PT-30S'");
        refuses(text.replaceFirst("stale=[A-Z0-9.]+", "stale=PT9999999999999S"), "line 3: stale");
        refuses(text.replace("at 2026-11-22T18:00:00Z", "at +1000000000-12-31T23:59:59Z"), "line 2: at: ");
        refuses(text.replaceFirst("resident_bytes=[0-9]+", "resident_bytes=-5"), "line 7: resident_bytes");
    }

    private static void refuses(String text, String... inMessage) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SnapshotText.read(text))
                .satisfies(e -> assertThat(e.getMessage()).contains(inMessage));
    }
}
