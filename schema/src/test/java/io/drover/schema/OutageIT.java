package io.drover.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.drover.messages.HostId;
import io.drover.schema.scheduler.PostgresSchedulerStore;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.support.Samples;
import io.drover.schema.support.TestDatabase;
import io.drover.schema.worker.PostgresWorkerStore;
import io.drover.schema.worker.WorkerStore;
import io.drover.testbed.postgres.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A PostgreSQL of its own that goes away and comes back. */
@SuppressWarnings("NullAway.Init") // Set before each test.
class OutageIT {
    private static final Duration LIMIT = Duration.ofSeconds(4);

    private final HostId host = Samples.host("host");
    private TestPostgres postgres;
    private TestDatabase database;

    @BeforeEach
    void start() {
        postgres = TestPostgres.start();
        database = TestDatabase.create(postgres);
        database.worker(host).registerHost(Samples.FACTS);
    }

    @AfterEach
    void stop() {
        postgres.resume();
        database.close();
        postgres.close();
    }

    @Test
    void storesSayThatTheDatabaseIsAwayAndWorkAgainWhenItIsBack() {
        try (Database forWorker = open(HostRoles.roleName(host));
                Database forScheduler = open(SchemaMigrator.SCHEDULER_ROLE)) {
            WorkerStore worker = new PostgresWorkerStore(forWorker, host);
            SchedulerStore scheduler = new PostgresSchedulerStore(forScheduler);
            worker.ping();
            scheduler.ping();
            postgres.interrupt();
            assertThatThrownBy(worker::ping).isInstanceOf(StoreUnavailableException.class);
            assertThatThrownBy(scheduler::vms).isInstanceOf(StoreUnavailableException.class);
            assertThatThrownBy(worker::ownedVms).isInstanceOf(StoreUnavailableException.class);
            postgres.resume();
            await().atMost(Duration.ofSeconds(60))
                    .ignoreException(StoreUnavailableException.class)
                    .until(() -> {
                        worker.ping();
                        scheduler.ping();
                        return true;
                    });
        }
    }

    @Test
    @Tag("attack")
    @DisplayName("F4: one refused write drops every connection to a server that was read only")
    void aServerThatWasReadOnlyIsForgotten() {
        String url = database.settings(SchemaMigrator.SCHEDULER_ROLE, 2).jdbcUrl();
        String change = "ALTER DATABASE " + url.substring(url.lastIndexOf('/') + 1);
        try (Database opened = open(SchemaMigrator.SCHEDULER_ROLE)) {
            SchedulerStore scheduler = new PostgresSchedulerStore(opened);
            postgres.execute("postgres", change + " SET default_transaction_read_only = on");
            // Two connections at once, both of which keep what they began with.
            opened.inTransaction(first -> opened.inTransaction(second -> true));
            assertThatThrownBy(scheduler::ping)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("read only");
            postgres.execute("postgres", change + " RESET default_transaction_read_only");

            scheduler.ping();
            opened.inTransaction(first -> {
                scheduler.ping();
                return true;
            });
        }
    }

    @Test
    void aDatabaseThatIsNotThereYetIsWaitedForByTheCaller() {
        postgres.interrupt();
        try (Database opened = open(HostRoles.roleName(host))) {
            WorkerStore worker = new PostgresWorkerStore(opened, host);
            assertThatThrownBy(worker::ping).isInstanceOf(StoreUnavailableException.class);
            postgres.resume();
            await().atMost(Duration.ofSeconds(60))
                    .ignoreException(StoreUnavailableException.class)
                    .until(() -> {
                        worker.ping();
                        return true;
                    });
        }
    }

    @Test
    void aLockedRowAndAKilledSessionAreUnavailable() throws SQLException {
        try (Database opened = open(HostRoles.roleName(host));
                var superuser = database.superuser()) {
            WorkerStore worker = new PostgresWorkerStore(opened, host);
            superuser.setAutoCommit(false);
            try (var statement = superuser.createStatement()) {
                statement.execute("LOCK TABLE drover.host IN ACCESS EXCLUSIVE MODE");
                assertThatThrownBy(() -> worker.registerHost(Samples.FACTS))
                        .isInstanceOf(StoreUnavailableException.class);
                superuser.rollback();
                worker.registerHost(Samples.FACTS);
                statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '"
                        + HostRoles.roleName(host) + "'");
            }
            superuser.commit();
            await().atMost(Duration.ofSeconds(60))
                    .ignoreException(StoreUnavailableException.class)
                    .until(() -> {
                        worker.ping();
                        return true;
                    });
        }
    }

    @Test
    void aWrongPasswordIsNoOutage() {
        var settings =
                new DatabaseSettings(postgres.jdbcUrl("postgres"), HostRoles.roleName(host), "wrong", 1, LIMIT, LIMIT);
        try (Database opened = Database.open(settings)) {
            assertThatThrownBy(() -> opened.inTransaction(connection -> true))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("password authentication failed");
        }
        assertThat(settings.toString()).doesNotContain("wrong");
    }

    private Database open(String role) {
        DatabaseSettings settings = database.settings(role, 2);
        return Database.open(
                new DatabaseSettings(
                        settings.jdbcUrl(),
                        settings.user(),
                        settings.password(),
                        settings.connectionsMax(),
                        LIMIT,
                        LIMIT),
                TestDatabase.session(host));
    }
}
