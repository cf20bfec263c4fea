package io.drover.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.HostId;
import io.drover.messages.VmDefinition;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.SchedulerStore.WorkerSession;
import io.drover.schema.support.PostgresExtension;
import io.drover.schema.support.Samples;
import io.drover.schema.support.TestDatabase;
import io.drover.schema.worker.PostgresWorkerStore;
import io.drover.schema.worker.SessionAnswer;
import io.drover.schema.worker.SessionAnswer.Opened;
import io.drover.schema.worker.WorkerIdentity;
import io.drover.schema.worker.WorkerStore;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One living worker speaks for a host. */
@Tag("attack")
@ExtendWith(PostgresExtension.class)
class SessionIT {
    private static final WorkerIdentity FIRST = Samples.IDENTITY;
    private static final WorkerIdentity COPIED_FOLDER =
            new WorkerIdentity(FIRST.machineId(), FIRST.bootId(), "/srv/copy (inode 8)", "127.0.21.9:7000");
    private static final WorkerIdentity OTHER_MACHINE =
            new WorkerIdentity("another", "its boot", FIRST.stateFolder(), "10.0.0.2:7000");
    private static final WorkerIdentity AFTER_BOOT =
            new WorkerIdentity(FIRST.machineId(), "next boot", FIRST.stateFolder(), FIRST.address());

    private final TestDatabase database;
    private final HostId host = Samples.host("host");
    private final List<Database> opened = new ArrayList<>();
    private final List<FencedException> fenced = new ArrayList<>();

    SessionIT(TestDatabase database) {
        this.database = database;
    }

    @AfterEach
    void close() {
        opened.forEach(Database::close);
    }

    @Test
    @DisplayName("F1: a copied state folder, another machine or a second worker is refused, both named")
    void aSecondWorkerIsRefused() {
        WorkerStore first = worker(FIRST);
        for (WorkerIdentity second : List.of(COPIED_FOLDER, OTHER_MACHINE)) {
            WorkerStore refused = worker();
            assertThat(refused.openSession(second))
                    .isInstanceOfSatisfying(
                            SessionAnswer.Other.class,
                            other -> assertThat(other.holder())
                                    .contains(FIRST.machineId(), FIRST.stateFolder(), FIRST.address()));
            assertThatThrownBy(refused::ownedVms).isInstanceOf(FencedException.class);
        }
        first.registerHost(Samples.FACTS);
        first.ping();
    }

    @Test
    @DisplayName(
            "F1: the same folder follows at once in the same boot, and shuts the worker before it out of everything")
    void theSameFolderFollowsAtOnce() {
        WorkerStore first = worker(FIRST);
        first.registerHost(Samples.FACTS);
        VmDefinition vm = Samples.definition();
        database.scheduler().defineVm(vm, host);
        WorkerStore next = worker(FIRST);
        assertThat(next.ownedVms()).hasSize(1);
        List<Runnable> calls = List.of(
                first::ping,
                first::ownedVms,
                first::openMigrations,
                () -> first.registerHost(Samples.FACTS),
                () -> first.recordPower(vm.id(), 1, VmRecord.Power.RUNNING));
        for (Runnable call : calls) {
            assertThatThrownBy(call::run)
                    .isInstanceOf(FencedException.class)
                    .hasMessageContaining("host " + host + " is fenced from this worker")
                    .hasMessageContaining(FIRST.stateFolder());
        }
        assertThat(fenced).hasSize(calls.size());
    }

    @Test
    @DisplayName("F1: after another boot the folder waits for the worker before it to be silent")
    void anotherBootWaits() {
        WorkerStore first = worker(FIRST);
        first.registerHost(Samples.FACTS);
        WorkerStore next = worker();
        assertThat(next.openSession(AFTER_BOOT)).isInstanceOf(SessionAnswer.Living.class);
        first.ping();
        database.execute(
                "UPDATE drover.host_session SET last_seen = last_seen - interval '31 s' WHERE host = '" + host + "'");
        assertThat(next.openSession(AFTER_BOOT)).isEqualTo(new Opened());
        assertThatThrownBy(first::ping).isInstanceOf(FencedException.class);
    }

    @Test
    @DisplayName(
            "F1: a takeover is a person's command, recorded; it lets another identity in and shuts the old one out")
    void aTakeover() throws Exception {
        WorkerStore first = worker(FIRST);
        first.registerHost(Samples.FACTS);
        assertThat(session()).isNotNull().extracting("machineId").isEqualTo(FIRST.machineId());
        assertThat(database.scheduler().takeOver(host, "alice", "new mainboard").orElseThrow())
                .contains(FIRST.machineId());
        assertThatThrownBy(first::ping)
                .isInstanceOf(FencedException.class)
                .hasMessageContaining("a person took the host over");
        assertThat(session()).isNull();
        assertThat(worker().openSession(FIRST)).isEqualTo(new SessionAnswer.Taken());
        assertThat(worker().openSession(OTHER_MACHINE)).isEqualTo(new Opened());
        assertThat(worker().openSession(FIRST)).isInstanceOf(SessionAnswer.Other.class);
        try (Connection connection = database.login(SchemaMigrator.SCHEDULER_ROLE);
                var statement = connection.prepareStatement(
                        "SELECT requested_by, login, reason FROM drover_api.host_takeovers WHERE host = ?")) {
            statement.setString(1, host.value());
            try (var rows = statement.executeQuery()) {
                assertThat(rows.next()).isTrue();
                assertThat(List.of(rows.getString(1), rows.getString(2), rows.getString(3)))
                        .containsExactly("alice", SchemaMigrator.SCHEDULER_ROLE, "new mainboard");
            }
        }
    }

    @Test
    @DisplayName("F1: a takeover that was said twice lets whoever comes first in, the old worker too")
    void aTakeoverTakenBack() {
        worker(FIRST);
        assertThat(database.scheduler().takeOver(host, "alice", "a mistake")).isPresent();
        assertThat(database.scheduler().takeOver(host, "alice", "take it back")).contains("nobody");
        assertThat(worker().openSession(FIRST)).isEqualTo(new Opened());
        assertThat(database.scheduler().takeOver(Samples.host("unheard"), "alice", "typo"))
                .isEmpty();
    }

    private @Nullable WorkerSession session() {
        return database.scheduler().hosts().stream()
                .filter(row -> row.id().equals(host))
                .findFirst()
                .orElseThrow()
                .session();
    }

    private WorkerStore worker(WorkerIdentity identity) {
        WorkerStore worker = worker();
        assertThat(worker.openSession(identity)).isEqualTo(new Opened());
        return worker;
    }

    /** A process of its own, as far as the database can tell. */
    private WorkerStore worker() {
        if (opened.isEmpty()) {
            database.provision(host);
        }
        Database pool = Database.open(database.settings(HostRoles.roleName(host), 1), UUID.randomUUID());
        opened.add(pool);
        return new PostgresWorkerStore(pool, host, fenced::add);
    }
}
