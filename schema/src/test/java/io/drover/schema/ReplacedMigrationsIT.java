package io.drover.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.HostId;
import io.drover.schema.scheduler.PostgresSchedulerStore;
import io.drover.schema.sql.Query;
import io.drover.schema.support.PostgresExtension;
import io.drover.schema.support.Samples;
import io.drover.schema.support.TestDatabase;
import io.drover.schema.worker.PostgresWorkerStore;
import io.drover.testbed.postgres.TestPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A database made before 0.1.0 is refused by whoever comes, and stays as it is. */
@ExtendWith(PostgresExtension.class)
class ReplacedMigrationsIT {
    private static final HostId HOST = new HostId("host1");

    private final TestPostgres postgres;
    private final TestDatabase today;
    private final String name = "old_" + UUID.randomUUID().toString().substring(0, 8);

    ReplacedMigrationsIT(TestPostgres postgres, TestDatabase today) {
        this.postgres = postgres;
        this.today = today;
    }

    @BeforeEach
    void makeItAsItWas() throws IOException {
        postgres.createDatabase(name);
        try (InputStream sql = ReplacedMigrationsIT.class.getResourceAsStream("/db/before-0.1.0.sql")) {
            postgres.execute(name, new String(Objects.requireNonNull(sql).readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void theMigratorRefusesAndChangesNothing() throws SQLException {
        var migrator = new SchemaMigrator(postgres.jdbcUrl(name), postgres.superuser(), postgres.superuserPassword());
        List<String> before = everything();
        assertRefused(migrator::migrate);
        assertRefused(() -> migrator.provisionHost(HOST, "secret"));
        assertRefused(() -> migrator.provisionScheduler("secret"));
        assertThat(everything()).isEqualTo(before).hasSizeGreaterThan(10);
    }

    @Test
    void schedulersAndWorkersRefuseIt() {
        DatabaseSettings login = today.settings(SchemaMigrator.SCHEDULER_ROLE, 1);
        var settings = DatabaseSettings.of(postgres.jdbcUrl(name), login.user(), login.password(), 1);
        try (Database opened = Database.open(settings)) {
            var scheduler = new PostgresSchedulerStore(opened);
            var worker = new PostgresWorkerStore(opened, HOST);
            assertRefused(scheduler::ping);
            // Said again, not once.
            assertRefused(scheduler::ping);
            assertRefused(() -> worker.openSession(Samples.IDENTITY));
        }
    }

    private static void assertRefused(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(ReplacedMigrationsException.class)
                .hasMessageContaining("made by a version before 0.1.0, whose migrations were replaced: make a new one")
                .hasMessageContaining("docs/operating/database.md");
    }

    /** Rows of the catalogue and of the tables, each with the transaction that wrote it last. */
    private List<String> everything() throws SQLException {
        String sql = """
                SELECT d.xmin || ' ' || d.datname || coalesce(d.datacl::text, '') AS found
                FROM pg_database d WHERE d.datname = current_database()
                UNION ALL SELECT n.xmin || ' ' || n::text FROM pg_namespace n
                UNION ALL SELECT c.xmin || ' ' || c::text FROM pg_class c
                UNION ALL SELECT p.xmin || ' ' || p::text FROM pg_proc p
                UNION ALL SELECT r.rolname || r.rolconnlimit FROM pg_roles r WHERE r.rolname LIKE 'drover%host1'
                UNION ALL SELECT h.xmin || ' ' || h::text FROM drover.flyway_schema_history h
                UNION ALL SELECT h.xmin || ' ' || h::text FROM drover.host_role h
                ORDER BY 1
                """;
        try (Connection superuser = DriverManager.getConnection(
                postgres.jdbcUrl(name), postgres.superuser(), postgres.superuserPassword())) {
            return Query.of(superuser, sql).list(row -> row.text("found"));
        }
    }
}
