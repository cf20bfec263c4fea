package io.drover.scheduler.balancing.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.HostId;
import io.drover.messages.MigrationState;
import io.drover.messages.VmId;
import io.drover.scheduler.Snapshots;
import io.drover.scheduler.cluster.ClusterSnapshot;
import io.drover.scheduler.cluster.EndedMigration;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Vm;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CopyRatesTest {
    private final ClusterSnapshot base = Snapshots.read("one-overloaded");
    private final Host one = base.hosts().get(0);
    private final Host two = base.hosts().get(1);

    @Test
    void isTheShareOfTheLinkUntilMovesHaveShownBetter() {
        assertThat(rates().bytesPerSecond(one, two)).isEqualTo(62.5e6);
        assertThat(rates(3L << 30, 1L << 30, 2L << 30).bytesPerSecond(one, two)).isEqualTo((2L << 30) / 100.0);
        assertThat(rates(3L << 30).bytesPerSecond(two, one)).isEqualTo(62.5e6);
    }

    @Test
    void aSmallMoveSaysNothingOfTheLink() {
        assertThat(rates(1000, 5000, 0).bytesPerSecond(one, two)).isEqualTo(62.5e6);
    }

    @Test
    void bytesAreMemoryAndImagesWithWhatChangesMeanwhileWithoutWhatIsHeld() {
        Vm quiet = vm(0, 0);
        assertThat(CopyRates.bytes(quiet, 100, 0)).isEqualTo(1000 + 5000 + 500);
        assertThat(CopyRates.bytes(quiet, 100, 5400)).isEqualTo(1000 + 100);
        assertThat(CopyRates.bytes(vm(50, 0), 100, 0)).isEqualTo(1500 + 5500);
        assertThat(CopyRates.bytes(vm(0, 20), 100, 0)).isEqualTo(1000 + 5500 + 1100);
        assertThat(CopyRates.bytes(vm(1e9, 1e9), 100, 0)).isEqualTo(5000 + 11_000);
    }

    private Vm vm(double dirty, double write) {
        return new Vm(
                new VmId(new UUID(0, 1)),
                "a",
                one.id(),
                true,
                true,
                1,
                2000,
                1000,
                5000,
                500,
                Map.of(),
                dirty,
                write,
                List.of(),
                List.of());
    }

    private CopyRates rates(long... bytesInHundredSeconds) {
        List<EndedMigration> ended = LongStream.of(bytesInHundredSeconds)
                .mapToObj(bytes -> new EndedMigration(
                        new VmId(new UUID(1, bytes)),
                        new HostId("h1"),
                        new HostId("h2"),
                        MigrationState.COMPLETED,
                        base.at(),
                        base.at().minusSeconds(100),
                        bytes,
                        false))
                .toList();
        return new CopyRates(new ClusterSnapshot(base.at(), base.rules(), base.hosts(), base.vms(), List.of(), ended));
    }
}
