package io.drover.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.HostId;
import io.drover.messages.access.ApiRole;
import io.drover.messages.access.ApiToken;
import io.drover.schema.sql.Query;
import io.drover.schema.support.PostgresExtension;
import io.drover.schema.support.Samples;
import io.drover.schema.support.TestDatabase;
import io.drover.schema.worker.PostgresWorkerStore;
import io.drover.schema.worker.SessionAnswer;
import io.drover.schema.worker.WorkerStore;
import io.drover.testbed.postgres.TestPostgres;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class SchemaMigratorIT {
    private final TestPostgres postgres;
    private final TestDatabase database;

    SchemaMigratorIT(TestPostgres postgres, TestDatabase database) {
        this.postgres = postgres;
        this.database = database;
    }

    @Test
    void migratesAgainWithoutEffectAndOwnsEverythingByTheOwnerRole() throws SQLException {
        database.migrator().migrate();
        try (Connection superuser = database.superuser()) {
            String strangers = """
                SELECT c.relname FROM pg_class c
                JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles o ON o.oid = c.relowner
                WHERE n.nspname IN ('drover', 'drover_api', 'drover_quartz') AND o.rolname <> 'drover_owner'
                """;
            assertThat(Query.of(superuser, strangers).list(row -> row.text("relname")))
                    .isEmpty();
        }
    }

    @Test
    void appliesFunctionsAndViewsAgainWhenTheirTextChangedAndKeepsTheirRights() throws SQLException {
        HostId host = Samples.host("host");
        WorkerStore store = database.worker(host);
        store.registerHost(Samples.FACTS);
        try (Connection superuser = database.superuser()) {
            String applied =
                    "SELECT count(*) AS rows FROM drover.flyway_schema_history WHERE version IS NULL AND type = 'SQL'";
            long before = Query.of(superuser, applied).single(row -> row.whole("rows"));
            List<String> rights = functionsAndViews(superuser);
            // As if each had another text now.
            database.execute(
                    "UPDATE drover.flyway_schema_history SET checksum = 0 WHERE version IS NULL AND type = 'SQL'");
            // And as if this were the release before another one: an operator went back.
            database.execute("""
                    INSERT INTO drover.flyway_schema_history
                        (installed_rank, version, description, type, script, installed_by, execution_time, success)
                    SELECT max(installed_rank) + 1, '999', 'later', 'SQL', 'V999__later.sql', 'later', 1, true
                    FROM drover.flyway_schema_history
                    """);
            database.migrator().migrate();
            assertThat(Query.of(superuser, applied).<Long>single(row -> row.whole("rows")))
                    .isGreaterThan(50)
                    .isEqualTo(2 * before);
            assertThat(functionsAndViews(superuser)).isEqualTo(rights).hasSizeGreaterThan(100);
        }
        store.ping();
        assertThat(store.openMigrations()).isEmpty();
    }

    /** With identity, definition and who may use it. */
    private static List<String> functionsAndViews(Connection superuser) throws SQLException {
        String sql = """
                SELECT p.oid || pg_get_functiondef(p.oid) || p.proacl::text AS found FROM pg_proc p
                WHERE p.pronamespace IN ('drover'::regnamespace, 'drover_api'::regnamespace)
                UNION ALL
                SELECT c.oid || pg_get_viewdef(c.oid) || c.relname || coalesce(c.relacl::text, '') FROM pg_class c
                WHERE c.relkind = 'v' AND c.relnamespace IN ('drover'::regnamespace, 'drover_api'::regnamespace)
                ORDER BY 1
                """;
        return Query.of(superuser, sql).list(row -> row.text("found"));
    }

    @Test
    void needsNoSuperuser() throws SQLException {
        String name = "plain_" + UUID.randomUUID().toString().substring(0, 8);
        postgres.execute("postgres", "CREATE ROLE " + name + " LOGIN CREATEROLE PASSWORD 'admin'");
        postgres.execute("postgres", "CREATE DATABASE " + name + " OWNER " + name);
        var migrator = new SchemaMigrator(postgres.jdbcUrl(name), name, "admin");
        migrator.migrate();
        migrator.migrate();
        HostId host = Samples.host("host");
        migrator.provisionHost(host, "first");
        migrator.provisionHost(host, "second");
        String role = HostRoles.roleName(host);
        assertThatThrownBy(() -> DriverManager.getConnection(postgres.jdbcUrl(name), role, "first"))
                .hasMessageContaining("password authentication failed");
        var settings = DatabaseSettings.of(postgres.jdbcUrl(name), role, "second", 1);
        try (Database opened = Database.open(settings, TestDatabase.session(host))) {
            var store = new PostgresWorkerStore(opened, host);
            assertThat(store.openSession(Samples.IDENTITY)).isEqualTo(new SessionAnswer.Opened());
            store.ping();
        }
    }

    @Test
    void aTokenIsReplacedOnlyOnDemand() throws SQLException {
        String name = "lost-" + UUID.randomUUID();
        var random = new SecureRandom();
        ApiToken lost = ApiToken.make(random);
        ApiToken found = ApiToken.make(random);
        SchemaMigrator migrator = database.migrator();
        assertThat(migrator.createToken(name, lost, ApiRole.ADMINISTER, false)).isTrue();
        assertThat(migrator.createToken(name, found, ApiRole.ADMINISTER, false)).isFalse();
        assertThat(hash(name)).isEqualTo(lost.hash());
        assertThat(migrator.createToken(name, found, ApiRole.ADMINISTER, true)).isTrue();
        assertThat(hash(name)).isEqualTo(found.hash());
    }

    private byte[] hash(String token) throws SQLException {
        try (Connection superuser = database.superuser();
                PreparedStatement statement =
                        superuser.prepareStatement("SELECT hash FROM drover.api_token WHERE name = ?")) {
            statement.setString(1, token);
            try (ResultSet rows = statement.executeQuery()) {
                assertThat(rows.next()).isTrue();
                return rows.getBytes("hash");
            }
        }
    }

    @Test
    void twoHostsNeverShareARole() {
        HostId dotted = Samples.host("a.b");
        database.migrator().provisionHost(dotted, "x");
        HostId dashed = new HostId(dotted.value().replace('.', '-'));
        assertThatThrownBy(() -> database.migrator().provisionHost(dashed, "x"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("host_role_role_name_key");
    }

    @Test
    void aStoreOfAnotherHostThanItsLoginIsFoundOut() {
        HostId host = Samples.host("host");
        database.worker(host).registerHost(Samples.FACTS);
        try (Database opened = Database.open(database.settings(HostRoles.roleName(host), 1))) {
            assertThatThrownBy(() -> new PostgresWorkerStore(opened, new HostId("other")).ping())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("speaks for host " + host);
        }
    }
}
