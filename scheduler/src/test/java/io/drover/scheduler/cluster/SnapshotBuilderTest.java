package io.drover.scheduler.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.HostId;
import io.drover.messages.HostReport;
import io.drover.messages.HostReport.HostLoad;
import io.drover.messages.HostReport.RetiredCopy;
import io.drover.messages.HostReport.VmLoad;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmId;
import io.drover.scheduler.fakes.FakeFleet;
import io.drover.scheduler.fakes.ManualClock;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.memory.MemoryDatabase;
import io.drover.schema.memory.MemorySchedulerStore;
import io.drover.schema.scheduler.SchedulerStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SnapshotBuilderTest {
    private static final Instant NOW = ManualClock.START;
    private static final long GIB = 1L << 30;
    private static final Rules RULES = new Rules(0.8, 0.6, 3, 2, Duration.ofSeconds(30), Duration.ofSeconds(3), 2, 2);

    private final ManualClock clock = new ManualClock();
    private final MemoryDatabase database = FakeFleet.database(clock);
    private final SchedulerStore store = new MemorySchedulerStore(database);
    private final SnapshotBuilder builder = new SnapshotBuilder(store, (since, until) -> Map.of(), RULES);

    private void report(HostId host, @Nullable Double pressure, @Nullable Double steal, List<RetiredCopy> retired) {
        HostReport plain = FakeFleet.report(host, NOW.minusSeconds(1), 1, List.of());
        var load = new HostLoad(1, GIB, 0, 0, 50 * GIB, pressure, steal);
        store.storeReport(new HostReport(host, plain.at(), 5, plain.capacity(), load, List.of(), retired));
    }

    private double waiting(HostId host) {
        return builder.build(NOW).host(host).orElseThrow().samples().getFirst().cpuPressure();
    }

    @Test
    void whicheverSaysMoreIsHowMuchAHostWaits() {
        report(FakeFleet.H1, 0.1, 0.3, List.of());
        report(FakeFleet.H2, 0.2, null, List.of());
        report(FakeFleet.H3, null, null, List.of());
        assertThat(waiting(FakeFleet.H1)).isEqualTo(0.3);
        assertThat(waiting(FakeFleet.H2)).isEqualTo(0.2);
        assertThat(waiting(FakeFleet.H3)).isNaN();
    }

    @Test
    void whatAVmDirtiesIsTheMeanOfTheReportsThatTell() {
        for (Double dirtied : Arrays.asList(4e6, null, 2e6)) {
            store.storeReport(FakeFleet.report(
                    FakeFleet.H3,
                    NOW.minusSeconds(10 - store.reports(Instant.EPOCH).size()),
                    1,
                    List.of(new VmLoad(FakeFleet.DB, 1, GIB, 0, 0, 0, 0, GIB, 0, dirtied))));
        }
        ClusterSnapshot snapshot = builder.build(NOW);
        assertThat(snapshot.vm(FakeFleet.DB).orElseThrow().dirtyBytesPerSecond())
                .isEqualTo(3e6);
        assertThat(snapshot.vm(FakeFleet.WEB_1).orElseThrow().dirtyBytesPerSecond())
                .isZero();
    }

    private RetiredCopy moved(VmId vm, HostId from, HostId to, Instant at, MigrationState state, long bytes) {
        var id = new MigrationId(new UUID(1, database.migrations().size()));
        var task = new MigrationTask(id, vm, from, to, "pre-copy", Map.of(), null, "test");
        FakeFleet.put(database, task, state, at.minusSeconds(60), at);
        return new RetiredCopy(id, bytes);
    }

    /** Budgets are kept over a day, however much moved in it. */
    @Test
    void allThatEndedWithinTheDayIsThere() {
        for (int i = 0; i < 1500; i++) {
            moved(FakeFleet.WEB_1, FakeFleet.H1, FakeFleet.H2, NOW.minusSeconds(50L * i), MigrationState.COMPLETED, 0);
        }
        moved(
                FakeFleet.WEB_1,
                FakeFleet.H1,
                FakeFleet.H2,
                NOW.minus(Duration.ofHours(25)),
                MigrationState.COMPLETED,
                0);
        assertThat(builder.build(NOW).ended()).hasSize(1500);
    }

    @Test
    void whatAVmLeftOnAHostIsThereStillButForWhatItWroteSince() {
        store.storeReport(FakeFleet.report(
                FakeFleet.H3,
                NOW.minusSeconds(1),
                1,
                List.of(new VmLoad(FakeFleet.DB, 1, GIB, 0, (double) GIB / 3600, 0, 0, 8 * GIB, 0))));
        Instant older = NOW.minus(Duration.ofHours(5));
        Instant newer = NOW.minus(Duration.ofHours(2));
        report(
                FakeFleet.H1,
                null,
                null,
                List.of(
                        moved(FakeFleet.DB, FakeFleet.H1, FakeFleet.H3, older, MigrationState.COMPLETED, 7 * GIB),
                        moved(FakeFleet.DB, FakeFleet.H1, FakeFleet.H3, newer, MigrationState.COMPLETED, 6 * GIB),
                        moved(FakeFleet.WEB_1, FakeFleet.H1, FakeFleet.H2, newer, MigrationState.COMPLETED, 5 * GIB)));
        report(
                FakeFleet.H2,
                null,
                null,
                List.of(
                        moved(FakeFleet.DB, FakeFleet.H1, FakeFleet.H3, newer, MigrationState.COMPLETED, 4 * GIB),
                        moved(FakeFleet.DB, FakeFleet.H2, FakeFleet.H3, newer, MigrationState.ROLLED_BACK, 3 * GIB),
                        moved(FakeFleet.DB, FakeFleet.H2, FakeFleet.H3, older, MigrationState.COMPLETED, 2 * GIB),
                        new RetiredCopy(new MigrationId(new UUID(2, 2)), GIB)));
        // The newest copy on h1, two hours of writing at a GiB an hour; web-1 is at home on h1; that of h2 is all
        // rewritten.
        assertThat(builder.build(NOW).held()).containsExactly(new RetainedCopy(FakeFleet.DB, FakeFleet.H1, 4 * GIB));
    }

    @Test
    void daysAreReadOnceAnHourAndKeptWhenTheDatabaseIsAway() {
        List<Double> day = Collections.nCopies(24, 0.5);
        var asked = new ArrayList<Instant>();
        var dated = new SnapshotBuilder(
                store,
                (since, until) -> {
                    asked.add(until);
                    if (asked.size() == 2) {
                        throw new StoreUnavailableException("away", new java.sql.SQLException("away"));
                    }
                    return Map.of(FakeFleet.DB, day);
                },
                RULES);
        for (int minutes : new int[] {0, 30, 61, 90}) {
            ClusterSnapshot snapshot = dated.build(NOW.plus(Duration.ofMinutes(minutes)));
            assertThat(snapshot.vm(FakeFleet.DB).orElseThrow().dailyCpuCores()).isEqualTo(day);
            assertThat(snapshot.vm(FakeFleet.WEB_1).orElseThrow().dailyCpuCores())
                    .isEmpty();
        }
        assertThat(asked).containsExactly(NOW, NOW.plus(Duration.ofMinutes(61)));
    }
}
