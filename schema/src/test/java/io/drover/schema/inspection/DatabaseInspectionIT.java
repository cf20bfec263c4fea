package io.drover.schema.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.HostId;
import io.drover.schema.DatabaseSettings;
import io.drover.schema.HostRoles;
import io.drover.schema.SchemaMigrator;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.inspection.DatabaseInspection.Login;
import io.drover.schema.inspection.DatabaseInspection.SchemaDifference;
import io.drover.schema.support.PostgresExtension;
import io.drover.schema.support.Samples;
import io.drover.schema.support.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What doctor asks of a database, with the real logins, and with what is wrong about them. */
@ExtendWith(PostgresExtension.class)
class DatabaseInspectionIT {
    private final TestDatabase database;
    private final HostId host = Samples.host("host");

    DatabaseInspectionIT(TestDatabase database) {
        this.database = database;
    }

    private DatabaseInspection ofWorker() {
        database.provision(host);
        return DatabaseInspection.open(database.settings(HostRoles.roleName(host), 2));
    }

    private DatabaseInspection ofScheduler() {
        return DatabaseInspection.open(database.settings(SchemaMigrator.SCHEDULER_ROLE, 2));
    }

    @Test
    void aWorkersLoginHasWhatItNeedsWithoutASession() {
        database.worker(host).registerHost(Samples.FACTS);
        try (DatabaseInspection worker = ofWorker()) {
            assertThat(worker.lackingRights(Login.WORKER)).isEmpty();
            assertThat(worker.lackingRights(Login.SCHEDULER)).contains("SELECT of drover_api.hosts");
            assertThat(worker.isUnbound()).isFalse();
            assertThat(worker.ownHost()).isEqualTo(host);
            assertThat(worker.schema()).isEqualTo(new SchemaDifference(List.of(), List.of(), List.of()));
            assertThat(worker.server().number()).isGreaterThan(150_000);
            assertThat(worker.server().encrypted()).isFalse();
            assertThat(Duration.between(worker.now(), Instant.now()).abs()).isLessThan(Duration.ofMinutes(1));
            assertThat(worker.peers()).anySatisfy(peer -> {
                assertThat(peer.host()).isEqualTo(host);
                assertThat(peer.address()).isEqualTo(Samples.FACTS.peerAddress());
                assertThat(peer.droverVersion()).isEqualTo(Samples.FACTS.droverVersion());
            });
        }
        // The worker that runs has kept its session.
        database.worker(host).ping();
    }

    @Test
    void aRightThatWasTakenAwayIsNamed() {
        String function = "drover_api.register_host(text, jsonb)";
        database.execute(
                "REVOKE EXECUTE ON FUNCTION " + function + " FROM drover_worker",
                "REVOKE SELECT ON drover_api.hosts FROM drover_scheduler",
                "REVOKE DELETE ON drover_quartz.qrtz_locks FROM drover_scheduler");
        try (DatabaseInspection worker = ofWorker();
                DatabaseInspection scheduler = ofScheduler()) {
            assertThat(worker.lackingRights(Login.WORKER)).containsExactly("EXECUTE of " + function);
            assertThat(scheduler.lackingRights(Login.SCHEDULER))
                    .containsExactly("SELECT of drover_api.hosts", "drover_quartz.qrtz_locks");
        } finally {
            database.execute(
                    "GRANT EXECUTE ON FUNCTION " + function + " TO drover_worker",
                    "GRANT SELECT ON drover_api.hosts TO drover_scheduler",
                    "GRANT DELETE ON drover_quartz.qrtz_locks TO drover_scheduler");
        }
    }

    @Test
    void aSchedulersLoginHasWhatItNeedsAndWrites() {
        try (DatabaseInspection scheduler = ofScheduler()) {
            assertThat(scheduler.lackingRights(Login.SCHEDULER)).isEmpty();
            scheduler.ping();
            assertThat(scheduler.schema().missing()).isEmpty();
            assertThatThrownBy(scheduler::ownHost).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aSchemaOfAnotherVersionIsFoundOut() {
        database.execute(
                "UPDATE drover.flyway_schema_history SET checksum = 1 WHERE script = 'R__40_peers.sql'",
                "UPDATE drover.flyway_schema_history SET script = 'R__40_of_later.sql' WHERE script = 'R__40_retain.sql'");
        try (DatabaseInspection worker = ofWorker()) {
            assertThat(worker.schema())
                    .isEqualTo(new SchemaDifference(
                            List.of("R__40_retain.sql"), List.of("R__40_peers.sql"), List.of("R__40_of_later.sql")));
        } finally {
            database.execute("UPDATE drover.flyway_schema_history SET script = 'R__40_retain.sql'"
                    + " WHERE script = 'R__40_of_later.sql'");
            database.migrator().migrate();
        }
    }

    @Test
    void aLoginAboveAllRightsIsFoundOut() {
        HostId mighty = Samples.host("mighty");
        database.provision(mighty);
        String role = HostRoles.roleName(mighty);
        database.execute("ALTER ROLE " + role + " SUPERUSER");
        try (DatabaseInspection worker = DatabaseInspection.open(database.settings(role, 1))) {
            assertThat(worker.isUnbound()).isTrue();
        } finally {
            database.execute("ALTER ROLE " + role + " NOSUPERUSER");
        }
    }

    @Test
    void aWrongPasswordAndAnEmptyPortAreToldApart() {
        database.provision(host);
        DatabaseSettings right = database.settings(HostRoles.roleName(host), 1);
        Duration limit = Duration.ofSeconds(2);
        var wrong = new DatabaseSettings(right.jdbcUrl(), right.user(), "wrong", 1, limit, limit);
        try (DatabaseInspection inspection = DatabaseInspection.open(wrong)) {
            assertThatThrownBy(inspection::server)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("password authentication failed");
        }
        var away = new DatabaseSettings("jdbc:postgresql://127.0.0.1:1/drover", "x", "x", 1, limit, limit);
        try (DatabaseInspection inspection = DatabaseInspection.open(away)) {
            assertThatThrownBy(inspection::server).isInstanceOf(StoreUnavailableException.class);
        }
    }
}
