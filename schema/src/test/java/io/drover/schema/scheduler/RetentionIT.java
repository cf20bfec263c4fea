package io.drover.schema.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.DecisionId;
import io.drover.messages.HostId;
import io.drover.messages.HostReport;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationProgress;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmId;
import io.drover.schema.record.InboxMessage;
import io.drover.schema.record.RejectedMessage;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.SchedulerStore.Decision;
import io.drover.schema.sql.Query;
import io.drover.schema.support.PostgresExtension;
import io.drover.schema.support.Samples;
import io.drover.schema.support.TestDatabase;
import io.drover.schema.worker.WorkerStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class RetentionIT {
    private static final Duration SLOT = Duration.ofMinutes(5);

    private final TestDatabase database;
    private final SchedulerStore store;

    RetentionIT(TestDatabase database) {
        this.database = database;
        this.store = database.scheduler();
    }

    @Test
    void reportsAreRolledUpByFiveMinutesAndDroppedAfterTwoHours() throws SQLException {
        HostId host = Samples.host("host");
        VmId vm = new VmId(UUID.randomUUID());
        Instant slot =
                Instant.ofEpochSecond(Instant.now().minus(SLOT).getEpochSecond() / SLOT.toSeconds() * SLOT.toSeconds());
        store.storeReport(Samples.report(host, slot, vm, 100, 70));
        store.storeReport(Samples.report(host, slot.plusSeconds(200), vm, 300, 50));
        store.retain(slot.plus(SLOT));
        store.retain(slot.plus(SLOT));
        assertRolledUp(host, vm, slot);
        assertThat(store.reports(slot.minusSeconds(1))).hasSize(2);

        store.retain(slot.plus(Duration.ofHours(4)));
        assertThat(store.reports(Instant.EPOCH)).isEmpty();
        assertRolledUp(host, vm, slot);

        store.retain(slot.plus(Duration.ofDays(31)));
        assertThat(count("drover.telemetry_host")).isZero();
        assertThat(count("drover.telemetry_vm")).isZero();
    }

    @Test
    void partitionsOfTheHoursToComeAreThere() throws SQLException {
        store.retain(Instant.parse("2031-05-06T07:30:00Z"));
        try (Connection superuser = database.superuser()) {
            assertThat(Query.of(
                                    superuser,
                                    "SELECT relname FROM pg_class WHERE relname LIKE 'telemetry_raw_20310506__' ORDER"
                                            + " BY 1")
                            .list(row -> row.text("relname")))
                    .containsExactly(
                            "telemetry_raw_2031050607", "telemetry_raw_2031050608", "telemetry_raw_2031050609");
        }
    }

    @Test
    void sentMessagesAndOldTrafficArePrunedUnsentOnesStay() throws SQLException {
        HostId host = Samples.host("host");
        database.worker(host).registerHost(Samples.FACTS);
        var definition = Samples.definition();
        store.defineVm(definition, host);
        store.wantPower(definition.id(), VmRecord.Power.RUNNING);
        store.relayOutbox(10, message -> true);
        store.wantPower(definition.id(), VmRecord.Power.STOPPED);
        database.worker(host).recordInbox(new InboxMessage("1", "migrate", "{}"));
        store.recordRejected(new RejectedMessage("drover", "1", "no", "{"));
        Instant now = Instant.now();
        store.retain(now);
        assertThat(count("drover.outbox")).isEqualTo(2);
        store.retain(now.plus(Duration.ofDays(31)));
        assertThat(count("drover.outbox")).isEqualTo(1);
        assertThat(count("drover.inbox")).isZero();
        assertThat(count("drover.rejected_message")).isZero();
    }

    @Test
    void decisionsGoAfterADayOrThirtyAndPlansWithThem() {
        Instant now = Instant.now();
        Decision idle = decision(now, List.of());
        Decision moved = decision(now, List.of(new MigrationId(UUID.randomUUID())));
        Decision proposed = decision(now, List.of());
        Decision watched = decision(now, List.of());
        store.storeDecision(idle);
        store.storeDecision(moved);
        store.propose(watched, StoredPlan.State.SHADOW, List.of(), now.plus(Duration.ofDays(3)));
        store.propose(proposed, StoredPlan.State.WAITING, List.of(), now.plus(Duration.ofDays(3)));
        assertThat(store.decision(moved.id())).contains(moved);
        store.retain(now.plus(Duration.ofHours(23)));
        assertThat(store.decision(idle.id())).contains(idle);
        store.retain(now.plus(Duration.ofDays(2)));
        assertThat(store.decision(idle.id())).isEmpty();
        assertThat(store.decision(watched.id())).isEmpty();
        assertThat(store.plan(watched.id())).isEmpty();
        assertThat(store.plan(proposed.id())).isPresent();
        store.retain(now.plus(Duration.ofDays(4)));
        assertThat(store.plan(proposed.id())).isEmpty();
        assertThat(store.decision(moved.id())).isPresent();
        store.retain(now.plus(Duration.ofDays(31)));
        assertThat(store.decision(moved.id())).isEmpty();
    }

    @Test
    @Tag("attack")
    @DisplayName("A8: reports of 1e308 end neither the roll-ups nor the retention of anything else")
    void reportsBeyondAllBounds() throws SQLException {
        HostId host = Samples.host("host");
        VmId vm = new VmId(UUID.randomUUID());
        Instant slot =
                Instant.ofEpochSecond(Instant.now().minus(SLOT).getEpochSecond() / SLOT.toSeconds() * SLOT.toSeconds());
        for (int i = 0; i < 2; i++) {
            store.storeReport(new HostReport(
                    host,
                    slot.plusSeconds(i),
                    5,
                    new HostReport.HostCapacity(2, 1L << 30, 10L << 30, 125_000_000),
                    new HostReport.HostLoad(1e308, Long.MAX_VALUE, 1e308, 1e308, Long.MAX_VALUE),
                    List.of(new HostReport.VmLoad(
                            vm, 1e308, Long.MAX_VALUE, 1e308, 1e308, 1e308, 1e308, Long.MAX_VALUE, Long.MAX_VALUE))));
        }
        store.retain(slot.plus(SLOT));
        assertThat(count("drover.telemetry_host")).isPositive();
        new PostgresTelemetryHistory(database.schedulerDatabase()).load(slot, slot.plus(SLOT));
        store.retain(slot.plus(Duration.ofHours(4)));
        assertThat(store.reports(Instant.EPOCH)).isEmpty();
        store.retain(slot.plus(Duration.ofDays(40)));
        assertThat(count("drover.telemetry_vm")).isZero();
    }

    @Test
    @Tag("attack")
    @DisplayName("A8: a part of the retention that fails does not stop the others, and is told")
    void oneFailingPart() throws SQLException {
        HostId host = Samples.host("host");
        database.worker(host).registerHost(Samples.FACTS);
        database.worker(host).recordInbox(new InboxMessage(UUID.randomUUID().toString(), "migrate", "{}"));
        database.execute("ALTER FUNCTION drover.roll_up_hosts(timestamptz, timestamptz) RENAME TO gone");
        try {
            assertThatThrownBy(() -> store.retain(Instant.now().plus(Duration.ofDays(31))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("roll_up_hosts");
        } finally {
            database.execute("ALTER FUNCTION drover.gone(timestamptz, timestamptz) RENAME TO roll_up_hosts");
        }
        assertThat(count("drover.inbox")).isZero();
    }

    @Test
    @Tag("attack")
    @DisplayName("A12: every table has its retention, and of a migration that ended nothing is left after 400 days")
    void nothingIsKeptForEver() throws SQLException {
        HostId source = Samples.host("source");
        HostId destination = Samples.host("destination");
        database.worker(source).registerHost(Samples.FACTS);
        database.worker(destination).registerHost(Samples.FACTS);
        MigrationTask ended = claimed(source, destination);
        database.worker(source).transition(ended.id(), 1, MigrationState.REJECTED, "no");
        MigrationTask open = claimed(source, destination);
        store.retain(Instant.now().plus(Duration.ofDays(364)));
        assertThat(store.migration(ended.id())).isPresent();
        store.retain(Instant.now().plus(Duration.ofDays(400)));
        assertThat(store.migration(ended.id())).isEmpty();
        for (String table : List.of("migration_transition", "migration_step", "migration_progress")) {
            assertThat(count("drover." + table + " WHERE migration = '" + ended.id() + "'"))
                    .as(table)
                    .isZero();
            assertThat(count("drover." + table + " WHERE migration = '" + open.id() + "'"))
                    .as(table)
                    .isPositive();
        }
        assertThat(count("drover.outbox")).isZero();
        assertThatThrownBy(() -> database.execute("DELETE FROM drover.migration WHERE id = '" + open.id() + "'"))
                .hasStackTraceContaining("has not ended");
    }

    private MigrationTask claimed(HostId source, HostId destination) {
        var vm = Samples.definition();
        store.defineVm(vm, source);
        MigrationTask task = Samples.task(vm.id(), source, destination);
        store.submit(task, "test", null);
        WorkerStore worker = database.worker(source);
        worker.claim(task.id(), Duration.ofMinutes(1));
        worker.intend(task.id(), 1, "prepare");
        worker.done(task.id(), 1, "prepare", "{}");
        worker.progress(new MigrationProgress(task.id(), "prepare", 1, 1, 2, 3, null));
        return task;
    }

    private static Decision decision(Instant at, List<MigrationId> moves) {
        Instant stored = at.truncatedTo(ChronoUnit.MICROS);
        return new Decision(
                new DecisionId(UUID.randomUUID()),
                stored,
                "drover",
                "Nothing.",
                "snapshot",
                "[]",
                moves,
                "{\"later\": []}");
    }

    private void assertRolledUp(HostId host, VmId vm, Instant slot) throws SQLException {
        try (Connection connection = database.login("drover_scheduler")) {
            String ofHost = """
                SELECT slot, samples, cpu_cores_mean, images_free_bytes_min
                FROM drover_api.telemetry_hosts WHERE host = ?
                """;
            Query.of(connection, ofHost, host).single(row -> {
                assertThat(row.instant("slot")).isEqualTo(slot);
                assertThat(row.small("samples")).isEqualTo(2);
                assertThat(row.real("cpu_cores_mean")).isEqualTo(0.5);
                assertThat(row.whole("images_free_bytes_min")).isEqualTo(50);
                return true;
            });
            String ofVm = "SELECT samples, disk_allocated_bytes_max FROM drover_api.telemetry_vms WHERE vm = ?";
            Query.of(connection, ofVm, vm.value()).single(row -> {
                assertThat(row.small("samples")).isEqualTo(2);
                assertThat(row.whole("disk_allocated_bytes_max")).isEqualTo(300);
                return true;
            });
        }
    }

    private long count(String table) throws SQLException {
        try (Connection superuser = database.superuser()) {
            return Query.of(superuser, "SELECT count(*) AS rows FROM " + table).single(row -> row.whole("rows"));
        }
    }
}
