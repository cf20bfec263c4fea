package io.drover.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmDefinition;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.record.VmRecord;
import io.drover.schema.sql.Query;
import io.drover.schema.support.PostgresExtension;
import io.drover.schema.support.Samples;
import io.drover.schema.support.TestDatabase;
import io.drover.schema.worker.WorkerStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a worker that was taken over could do, with SQL of its own, logged in as its host's role. */
@ExtendWith(PostgresExtension.class)
@SuppressWarnings("NullAway.Init") // Set before each test.
class WorkerRightsIT {
    private static final String DENIED = "42501";

    private final TestDatabase database;
    private final HostId host = Samples.host("host");
    private final HostId other = Samples.host("other");
    private final VmDefinition ours = Samples.definition();
    private final VmDefinition theirs = Samples.definition();
    private MigrationTask theirTask;
    private Connection connection;

    WorkerRightsIT(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void twoHostsWithAVmEach() throws SQLException {
        HostId third = Samples.host("third");
        for (HostId each : List.of(host, other, third)) {
            database.worker(each).registerHost(Samples.FACTS);
        }
        database.scheduler().defineVm(ours, host);
        database.scheduler().defineVm(theirs, other);
        theirTask = Samples.task(theirs.id(), other, third);
        assertThat(database.scheduler().submit(theirTask, "test", null)).isInstanceOf(SubmitResult.Submitted.class);
        WorkerStore theirWorker = database.worker(other);
        theirWorker.claim(theirTask.id(), Duration.ofMinutes(1));
        theirWorker.transition(theirTask.id(), 1, MigrationState.REPLICATING, null);
        theirWorker.transition(theirTask.id(), 1, MigrationState.SWITCHING, null);
        connection = database.loginAsWorker(host);
    }

    @AfterEach
    void logOut() throws SQLException {
        connection.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE drover.vm SET owner_host = owner_host",
                "SELECT id FROM drover.vm",
                "SELECT token FROM drover.migration",
                "SELECT * FROM drover.worker_migration",
                "INSERT INTO drover.host_role VALUES ('x', 'y')",
                "DELETE FROM drover.migration_transition",
                "SELECT drover.change_owner(gen_random_uuid(), 'x')",
                "SELECT drover.caller_host()",
                "SELECT * FROM drover_api.vms",
                "SELECT * FROM drover_api.migrations",
                "SELECT drover_api.request_cancel(gen_random_uuid(), 'x')",
                "SELECT drover_api.define_vm('{}', 'x')",
                "SELECT drover_api.take_outbox(1)",
                "SELECT drover_api.retain('reports', now())",
                "SELECT drover_api.end_hung_transactions(interval '0')",
                "SELECT drover_api.takeover_host('x', 'y', 'z')",
                "SELECT * FROM drover_quartz.qrtz_locks",
                "CREATE TABLE drover_api.vm (id uuid)",
                "CREATE TABLE public.vm (id uuid)",
                "CREATE SCHEMA mine",
                "CREATE TEMPORARY TABLE vm (id uuid)",
                "CREATE OR REPLACE FUNCTION drover_api.worker_ping(text) RETURNS void LANGUAGE sql AS ''",
                "SET ROLE drover_owner",
                "SET ROLE drover_scheduler",
                "SET SESSION AUTHORIZATION drover_scheduler"
            })
    void isDenied(String sql) {
        assertThatThrownBy(() -> execute(sql))
                .isInstanceOfSatisfying(
                        SQLException.class,
                        error -> assertThat(error.getSQLState()).isEqualTo(DENIED));
    }

    @Test
    void cannotTouchAnotherHostsVmOrMigration() {
        WorkerStore worker = database.worker(host);
        MigrationId id = theirTask.id();
        assertThat(worker.claim(id, Duration.ofMinutes(1))).isEmpty();
        assertThat(worker.renewLease(id, 1, Duration.ofMinutes(1))).isFalse();
        assertThat(worker.transition(id, 1, MigrationState.ROLLING_BACK, null).done())
                .isFalse();
        assertThat(worker.giveOwnership(theirs.id(), id, 1, 1).done()).isFalse();
        assertThat(worker.giveBack(theirs.id(), id, 1, "").done()).isFalse();
        assertThat(worker.recordResumed(theirs.id(), id, 1, false).done()).isFalse();
        assertThat(worker.recordArrived(theirs.id(), id, 1).done()).isFalse();
        assertThat(worker.intend(id, 1, "step").done()).isFalse();
        assertThat(worker.migration(id)).isEmpty();
        assertThat(worker.vm(theirs.id())).isEmpty();
        worker.recordPower(theirs.id(), 1, VmRecord.Power.RUNNING);
        assertUntouched();
    }

    @Test
    void aShadowingTemporaryTableHasNoEffect() throws SQLException {
        // Nobody may make one (see above); were it allowed, it would still be the last place names are looked up in.
        String role = HostRoles.roleName(host);
        try (Connection admin = database.superuser();
                var statement = admin.createStatement()) {
            statement.execute("GRANT TEMPORARY ON DATABASE " + admin.getCatalog() + " TO " + role);
        }
        connection.close();
        connection = database.loginAsWorker(host);
        execute("CREATE TEMPORARY TABLE host_role AS SELECT '" + other + "'::text AS host, '" + role
                + "'::name AS role_name");
        execute("CREATE TEMPORARY TABLE vm AS SELECT '" + theirs.id() + "'::uuid AS id, '" + host
                + "'::text AS owner_host, 1::bigint AS epoch");
        execute("CREATE FUNCTION pg_temp.caller_host() RETURNS text LANGUAGE sql AS 'SELECT ''" + other + "''::text'");
        execute("SET search_path = pg_temp, drover_api");
        boolean done = Query.of(
                        connection,
                        "SELECT done FROM drover_api.give_ownership(?, ?, 1, 1)",
                        theirs.id().value(),
                        theirTask.id().value())
                .single(row -> row.flag("done"));
        assertThat(done).isFalse();
        assertUntouched();
        List<String> owned =
                Query.of(connection, "SELECT id FROM drover_api.owned_vms()").list(row -> row.text("id"));
        assertThat(owned).containsExactly(ours.id().toString());
    }

    @Test
    void cannotIntroduceItselfAsAnotherHost() {
        assertThatThrownBy(() -> execute("SELECT drover_api.worker_ping('" + other + "')"))
                .hasMessageContaining("speaks for host " + host + ", not for " + other);
    }

    @Test
    void aRoleThatSpeaksForNoHostIsTurnedAway() throws SQLException {
        String role = "drover_host_nobody";
        database.execute(
                "DROP ROLE IF EXISTS " + role,
                "CREATE ROLE " + role + " LOGIN PASSWORD 'secret of a test' IN ROLE drover_worker");
        try (Connection nobody = database.login(role)) {
            assertThatThrownBy(() -> Query.of(nobody, "SELECT id FROM drover_api.owned_vms()")
                            .list(row -> row.text("id")))
                    .hasMessageContaining("speaks for no host");
        } finally {
            database.execute("DROP ROLE " + role);
        }
    }

    private void assertUntouched() {
        var row = database.scheduler().vm(theirs.id()).orElseThrow();
        assertThat(row.owner()).isEqualTo(other);
        assertThat(row.epoch()).isEqualTo(1);
        assertThat(row.power()).isEqualTo(VmRecord.Power.STOPPED);
        var migration = database.scheduler().migration(theirTask.id()).orElseThrow();
        assertThat(migration.migration().state()).isEqualTo(MigrationState.SWITCHING);
        assertThat(migration.migration().attempt()).isEqualTo(1);
        assertThat(migration.steps()).isEmpty();
    }

    private void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
