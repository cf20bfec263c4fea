package io.drover.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.BackingImage;
import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.HostId;
import io.drover.messages.ImageFormat;
import io.drover.messages.ImageName;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmDefinition;
import io.drover.messages.evidence.SentRest;
import io.drover.messages.json.DroverJson;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.scheduler.SchedulerStore.HostRow;
import io.drover.schema.scheduler.SchedulerStore.SubmitVmResult;
import io.drover.schema.sql.Query;
import io.drover.schema.support.PostgresExtension;
import io.drover.schema.support.Samples;
import io.drover.schema.support.TestDatabase;
import io.drover.schema.worker.WorkerStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a host's role may put into a migration's row, and what that does to others. */
@Tag("attack")
@ExtendWith(PostgresExtension.class)
@SuppressWarnings("NullAway.Init") // Set before each test.
class SubmissionAttackIT {
    private final TestDatabase database;
    private final SchedulerStore scheduler;
    private final HostId evil = Samples.host("evil");
    private final HostId victim = Samples.host("victim");
    private final HostId third = Samples.host("third");
    private final VmDefinition evils = Samples.definition();
    private Connection attack;

    SubmissionAttackIT(TestDatabase database) {
        this.database = database;
        this.scheduler = database.scheduler();
    }

    @BeforeEach
    void hosts() throws SQLException {
        for (HostId host : List.of(evil, victim, third)) {
            database.worker(host).registerHost(Samples.FACTS);
        }
        scheduler.defineVm(evils, evil);
        attack = database.loginAsWorker(evil);
    }

    @AfterEach
    void logOut() throws SQLException {
        attack.close();
    }

    @Test
    @DisplayName("A16: a host speaks in no other name than its own, and the login is kept")
    void aForgedName() throws SQLException {
        MigrationTask task = Samples.task(evils.id(), evil, victim);
        assertThat(submit(task, "operator alice", "{}")).isEqualTo("accepted");
        try (Connection reader = database.login(SchemaMigrator.SCHEDULER_ROLE)) {
            String sql = "SELECT requested_by FROM drover_api.migrations WHERE id = ?";
            String by = Query.of(reader, sql, task.id().value()).single(row -> row.text("requested_by"));
            assertThat(by).isEqualTo(evil.value());
            assertThat(Query.of(
                                    reader,
                                    "SELECT actor || ' ' || login AS said FROM drover_api.migration_transitions WHERE"
                                            + " migration = ?",
                                    task.id().value())
                            .list(row -> row.text("said")))
                    .containsExactly(evil + " " + HostRoles.roleName(evil));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "deadline      | {\"deadline\": \"infinity\"}",
                "deadline      | {\"deadline\": \"-infinity\"}",
                "deadline      | {\"deadline\": \"29000-01-01T00:00:00Z\"}",
                "algorithm     | {\"algorithm\": \"Pre Copy\\u001b[2J\"}",
                "disk_algorithms | {\"disk_algorithms\": [\"x\"]}",
                "disk_algorithms | {\"disk_algorithms\": {\"data\": {}}}",
                "base_images   | {\"base_images\": {\"a\": 1}}",
                "base_images   | {\"base_images\": [\"../secret\"]}",
                "verify        | {\"verify\": \"never\"}",
                "allow_pull    | {\"allow_pull\": \"maybe\"}",
                "reason        | {\"reason\": 7}"
            })
    @DisplayName("A16: a task that workers and schedulers could not read is refused by name")
    void anUnreadableTask(String field, String wrong) throws SQLException {
        assertThat(submit(Samples.task(evils.id(), evil, victim), "x", wrong)).isEqualTo(field);
        assertThat(scheduler.migrations(true, 100)).isNotNull();
    }

    @Test
    @DisplayName("S9: a place that a source never gives up is free again after its deadline, a cancel or a week")
    void aPlaceThatIsHeldForEver() throws SQLException {
        WorkerStore evilWorker = database.worker(evil);
        MigrationTask task = Samples.task(evils.id(), evil, victim);
        assertThat(submit(task, "x", "{\"deadline\": \"9000-01-01T00:00:00Z\"}"))
                .isEqualTo("accepted");
        evilWorker.claim(task.id(), Duration.ofDays(40_000));
        assertThat(reserved()).isEqualTo(Samples.VM_MEMORY_BYTES);
        scheduler.requestCancel(task.id(), "operator");
        assertThat(evilWorker.renewLease(task.id(), 1, Duration.ofDays(40_000))).isTrue();
        assertThat(reserved()).as("it may still be turning back").isEqualTo(Samples.VM_MEMORY_BYTES);
        age(task, "cancel_requested_at = cancel_requested_at - interval '11 minutes'");
        assertThat(reserved()).isZero();
        age(task, "cancel_requested_at = NULL, deadline = clock_timestamp() - interval '11 minutes'");
        assertThat(reserved()).isZero();
        age(task, "deadline = 'infinity'");
        assertThat(reserved()).isEqualTo(Samples.VM_MEMORY_BYTES);
        age(task, "created_at = created_at - interval '8 days'");
        assertThat(reserved()).isZero();
        VmDefinition fleets = Samples.definition();
        scheduler.defineVm(fleets, third);
        assertThat(scheduler.submit(Samples.task(fleets.id(), third, victim), "test", null))
                .isInstanceOf(SubmitResult.Submitted.class);
        // And the lease of somebody who never comes back is seen to have run out.
        age(task, "lease_until = lease_until - interval '61 minutes'");
        assertThat(scheduler.expiredLeases())
                .extracting(view -> view.task().id())
                .contains(task.id());
    }

    @Test
    @DisplayName("S9: the spare place at a source that gave its VM away is held as long as it takes")
    void aSpareIsKept() throws SQLException {
        MigrationTask task = Samples.task(evils.id(), evil, victim);
        scheduler.submit(task, "test", null);
        WorkerStore source = database.worker(evil);
        source.claim(task.id(), Duration.ofMinutes(1));
        source.transition(task.id(), 1, MigrationState.REPLICATING, null);
        source.transition(task.id(), 1, MigrationState.SWITCHING, null);
        assertThat(source.giveOwnership(evils.id(), task.id(), 1, 1).done()).isTrue();
        age(task, "deadline = clock_timestamp() - interval '1 day', created_at = created_at - interval '8 days'");
        try (Connection superuser = database.superuser()) {
            long free = Query.of(superuser, "SELECT drover.free_memory_bytes(?) AS free", evil)
                    .single(row -> row.whole("free"));
            assertThat(free).isEqualTo(Samples.FACTS.memoryBytes() - Samples.VM_MEMORY_BYTES);
        }
    }

    @Test
    @DisplayName("S9: a host has few open migrations of its own asking")
    void aHostAsksForFew() throws SQLException {
        database.execute("UPDATE drover.host SET memory_bytes = 1::bigint << 50 WHERE host = '" + victim + "'");
        for (int i = 0; i < 33; i++) {
            VmDefinition vm = Samples.definition();
            scheduler.defineVm(vm, evil);
            assertThat(submit(Samples.task(vm.id(), evil, victim), "x", "{}"))
                    .isEqualTo(i < 32 ? "accepted" : "source");
        }
        assertThat(scheduler.submit(Samples.task(evils.id(), evil, victim), "test", null))
                .isInstanceOf(SubmitResult.Submitted.class);
    }

    @Test
    @DisplayName("A8: sizes beyond every sum are a refusal, not a defect")
    void sizesBeyondSums() {
        scheduler.storeReport(Samples.report(evil, Instant.now(), evils.id(), Long.MAX_VALUE, 50));
        assertThat(scheduler.submit(Samples.task(evils.id(), evil, victim), "test", null))
                .isInstanceOfSatisfying(
                        SubmitResult.Refused.class,
                        refused -> assertThat(refused.failure().message()).contains("bytes for images left"));
        for (int i = 0; i < 2; i++) {
            VmDefinition huge = Samples.definition();
            scheduler.defineVm(huge, victim);
            // A row of an earlier version of Drover.
            database.execute("UPDATE drover.vm SET memory_bytes = 9223372036854775807, power = 'paused' WHERE id = '"
                    + huge.id() + "'");
        }
        assertThat(scheduler.submit(Samples.task(evils.id(), evil, victim), "test", null))
                .isInstanceOfSatisfying(
                        SubmitResult.Refused.class,
                        refused -> assertThat(refused.failure().message()).contains("0 bytes of memory left"));
        assertThat(scheduler.hosts()).isNotEmpty();
    }

    @Test
    @DisplayName("A1: an image that another VM's disk names, as its image or its base, is refused")
    void anImageNamedTwice() {
        String base = UUID.randomUUID() + ".raw";
        VmDefinition over = Samples.definition(Samples.diskOver(base));
        assertThat(scheduler.defineVm(over, third)).isInstanceOf(SubmitVmResult.Defined.class);
        assertThat(scheduler.defineVm(Samples.definition(Samples.diskOver(base)), third))
                .isInstanceOf(SubmitVmResult.Defined.class);
        assertRefused(
                Samples.definition(Samples.diskOver(evils.disks().getFirst().image())), "is a disk of a VM");
        assertRefused(
                Samples.definition(new DiskDefinition(new DiskId("data"), DiskRole.DATA, base)),
                "is the base of another");
        String own = UUID.randomUUID() + ".raw";
        assertRefused(
                Samples.definition(
                        new DiskDefinition(new DiskId("data"), DiskRole.DATA, own),
                        new DiskDefinition(
                                new DiskId("over"),
                                DiskRole.DATA,
                                UUID.randomUUID() + ".qcow2",
                                ImageFormat.QCOW2,
                                new BackingImage(new ImageName(own), null))),
                "is a disk of a VM");
        // Rows of an earlier version of Drover.
        database.execute("UPDATE drover.disk SET base = '"
                + evils.disks().getFirst().image() + "' WHERE vm = '" + over.id() + "'");
        for (MigrationTask task :
                List.of(Samples.task(over.id(), third, victim), Samples.task(evils.id(), evil, victim))) {
            MigrationTask plain = new MigrationTask(
                    task.id(), task.vm(), task.source(), task.destination(), "pre-copy", Map.of(), null, "a test");
            assertThat(scheduler.submit(plain, "test", null))
                    .isInstanceOfSatisfying(
                            SubmitResult.Refused.class,
                            refused -> assertThat(refused.failure().message())
                                    .contains(evils.disks().getFirst().image(), evils.name(), over.name()));
        }
    }

    @Test
    @DisplayName("A12: a journal is bounded, and a destination's word does not end the view of predictions")
    void theJournal() throws SQLException {
        MigrationTask task = Samples.task(evils.id(), evil, victim);
        scheduler.submit(task, "test", null);
        WorkerStore source = database.worker(evil);
        source.claim(task.id(), Duration.ofMinutes(1));
        WorkerStore destination = database.worker(victim);
        String poison =
                "{\"algorithms\":{\"d\":{\"chosen\":\"auto\",\"predicted\":{\"seconds\":\"abc\",\"wire_bytes\":1e400}}}}";
        assertThat(destination.intend(task.id(), 1, SentRest.STEP).done()).isTrue();
        assertThat(destination.done(task.id(), 1, SentRest.STEP, poison).done()).isTrue();
        assertThat(predictions()).isEmpty();
        source.intend(task.id(), 1, SentRest.STEP);
        assertThat(source.done(task.id(), 1, SentRest.STEP, "{\"a\":\"\\u0000\"}")
                        .done())
                .isFalse();
        assertThat(source.done(task.id(), 1, SentRest.STEP, "[]").done()).isFalse();
        assertThat(source.done(task.id(), 1, SentRest.STEP, "{\"a\":\"" + "x".repeat(300_000) + "\"}")
                        .done())
                .isFalse();
        assertThat(source.done(task.id(), 1, SentRest.STEP, poison).done()).isTrue();
        assertThat(predictions()).containsExactly("auto null 1000000000000000000");
        assertThat(destination.intend(task.id(), 1, "x".repeat(100)).done()).isFalse();
        assertThat(destination.intend(task.id(), 1, "S t e p\u001b").done()).isFalse();
        for (int i = 0; i < 70; i++) {
            assertThat(destination.intend(task.id(), 1, "step-" + i).done()).isEqualTo(i < 63);
        }
        assertThat(destination.intend(task.id(), 1, "step-1").done()).isTrue();
        source.transition(task.id(), 1, MigrationState.REJECTED, "r".repeat(100_000) + "\u001b[2J");
        assertThat(scheduler.migration(task.id()).orElseThrow().migration().reason())
                .hasSize(4000);
    }

    @Test
    @DisplayName("A12: progress in numbers that are none does not keep anybody from reading the list")
    void progressThatIsNone() throws SQLException {
        MigrationTask task = Samples.task(evils.id(), evil, victim);
        scheduler.submit(task, "test", null);
        String progress = "{\"migration\":\"" + task.id() + "\",\"step\":\"" + "s\u0007".repeat(500)
                + "\",\"round\":1e12,\"bytes_done\":1e300,\"bytes_total\":-5,\"bytes_per_second\":\"NaN\","
                + "\"dirty_bytes_per_second\":\"Infinity\"}";
        Query.of(
                        attack,
                        "SELECT drover_api.report_progress(?::jsonb, 'Infinity')",
                        progress.replace("\u0007", "\\u0007"))
                .run();
        var view = scheduler.migration(task.id()).orElseThrow().migration();
        assertThat(view.step()).hasSize(63).doesNotContain("\u0007");
        assertThat(view.bytesPerSecond()).isZero();
        assertThat(view.dirtyBytesPerSecond()).isZero();
        assertThat(view.bytesTotal()).isZero();
        assertThat(view.timeToFinish()).isNull();
    }

    @Test
    @DisplayName("A7: room is promised by what is committed: a snapshot of before is refused")
    void anOldSnapshot() throws SQLException {
        attack.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        assertThatThrownBy(() -> submit(Samples.task(evils.id(), evil, victim), "x", "{}"))
                .hasMessageContaining("read committed only");
    }

    private List<String> predictions() throws SQLException {
        String sql = "SELECT algorithm, predicted_seconds, predicted_wire_bytes FROM drover_api.predictions";
        try (Connection reader = database.login(SchemaMigrator.SCHEDULER_ROLE)) {
            return Query.of(reader, sql)
                    .list(row -> row.text("algorithm") + " " + row.realOrNull("predicted_seconds") + " "
                            + row.textOrNull("predicted_wire_bytes"));
        }
    }

    /** {@code accepted}, or the field that is refused; {@code more} goes over the task's fields. */
    private String submit(MigrationTask task, String by, String more) throws SQLException {
        String plain = DroverJson.mapper()
                .writeValueAsString(new MigrationTask(
                        task.id(), task.vm(), task.source(), task.destination(), "pre-copy", Map.of(), null, "a test"));
        return Query.of(
                        attack,
                        "SELECT accepted, field FROM drover_api.submit_migration(?::jsonb || ?::jsonb, ?, NULL)",
                        plain,
                        more,
                        by)
                .single(row -> row.flag("accepted") ? "accepted" : row.text("field"));
    }

    private long reserved() {
        return scheduler.hosts().stream()
                .filter(row -> row.id().equals(victim))
                .mapToLong(HostRow::reservedMemoryBytes)
                .sum();
    }

    private void age(MigrationTask task, String assignment) {
        database.execute("UPDATE drover.migration SET " + assignment + " WHERE id = '" + task.id() + "'");
    }

    private void assertRefused(VmDefinition definition, String why) {
        assertThat(scheduler.defineVm(definition, third))
                .isInstanceOfSatisfying(
                        SubmitVmResult.Refused.class,
                        refused -> assertThat(refused.message()).contains(why));
    }
}
