package io.drover.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.MigrationState;
import io.drover.schema.sql.Query;
import io.drover.schema.support.PostgresExtension;
import io.drover.schema.support.Samples;
import io.drover.schema.support.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rights of the schema as a whole, read from the catalogue and tried as the scheduler. */
@ExtendWith(PostgresExtension.class)
class SchemaRightsIT {
    private final TestDatabase database;

    SchemaRightsIT(TestDatabase database) {
        this.database = database;
    }

    @Test
    void everyFunctionIsTheOwnersAndLooksNamesUpSafely() throws SQLException {
        assertThat(texts("""
            SELECT p.oid::regprocedure::text AS found FROM pg_proc p
            JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_roles o ON o.oid = p.proowner
            WHERE n.nspname IN ('drover', 'drover_api')
            AND (o.rolname <> 'drover_owner' OR p.proconfig IS NULL
                OR NOT 'search_path=pg_catalog, drover, pg_temp' = ANY (p.proconfig)
                OR p.prosecdef <> (n.nspname = 'drover_api'))
            """)).isEmpty();
        assertThat(texts("""
            SELECT p.proname AS found FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE n.nspname = 'drover_api'
            """)).hasSizeGreaterThan(25);
    }

    @Test
    void everybodyMayExecuteNothing() throws SQLException {
        assertThat(texts("""
            SELECT p.oid::regprocedure::text AS found FROM pg_proc p
            JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE n.nspname IN ('drover', 'drover_api', 'drover_quartz')
            AND (p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0))
            """)).isEmpty();
    }

    @Test
    void noTableOfTheSchemaIsGrantedToAnybody() throws SQLException {
        assertThat(texts("""
            SELECT c.relname || ' to ' || a.grantee::regrole AS found
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            CROSS JOIN LATERAL aclexplode(c.relacl) a
            WHERE n.nspname = 'drover' AND a.grantee <> 'drover_owner'::regrole
            """)).isEmpty();
        assertThat(texts("""
            SELECT a.privilege_type AS found FROM pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) a
            WHERE n.nspname = 'drover' AND a.grantee <> 'drover_owner'::regrole
            """)).isEmpty();
    }

    @Test
    void theOwnerIsNoSuperuserAndCannotLogIn() throws SQLException {
        assertThat(texts("""
            SELECT rolname::text AS found FROM pg_roles
            WHERE rolname = 'drover_owner'
            AND NOT rolcanlogin AND NOT rolsuper AND NOT rolcreaterole AND NOT rolcreatedb
            """)).containsExactly("drover_owner");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE drover.migration_transition SET reason = ''",
                "DELETE FROM drover.migration_transition",
                "TRUNCATE drover.migration_transition",
                "INSERT INTO drover.migration_transition DEFAULT VALUES",
                "UPDATE drover_api.migration_transitions SET reason = ''",
                "DELETE FROM drover_api.migration_transitions",
                "UPDATE drover_api.vms SET epoch = 7",
                "UPDATE drover_api.migrations SET state = 'completed'",
                "SELECT token FROM drover.migration",
                "SELECT drover_api.give_ownership(gen_random_uuid(), gen_random_uuid(), 1, 1)",
                "SELECT drover_api.claim_migration(gen_random_uuid(), interval '1 s')",
                "SET ROLE drover_owner",
                "DROP TABLE drover_quartz.qrtz_locks"
            })
    void theSchedulerIsDenied(String sql) throws SQLException {
        try (Connection scheduler = database.login(SchemaMigrator.SCHEDULER_ROLE)) {
            assertThatThrownBy(() -> execute(scheduler, sql))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            error -> assertThat(error.getSQLState())
                                    // 42501 denied; 55000 a joined view takes no change; 42703 no such column in it
                                    .isIn("42501", "55000"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE drover.migration_transition SET reason = ''",
                "DELETE FROM drover.migration_transition",
                "TRUNCATE drover.migration_transition"
            })
    void notEvenTheOwnerOrASuperuserChangesATransition(String sql) throws SQLException {
        try (Connection superuser = database.superuser()) {
            assertThatThrownBy(() -> execute(superuser, sql)).hasMessageContaining("append-only");
            execute(superuser, "SET ROLE drover_owner");
            // The owner's right to delete is for what goes with a migration that has ended; see RetentionIT.
            assertThatThrownBy(() -> execute(superuser, sql))
                    .hasMessageContaining(sql.startsWith("DELETE") ? "append-only" : "permission denied");
        }
    }

    @Test
    void notEvenASuperuserMakesATransitionThatIsNotListed() throws SQLException {
        var source = Samples.host("source");
        var destination = Samples.host("destination");
        database.worker(source).registerHost(Samples.FACTS);
        database.worker(destination).registerHost(Samples.FACTS);
        var vm = Samples.definition();
        database.scheduler().defineVm(vm, source);
        database.scheduler().submit(Samples.task(vm.id(), source, destination), "test", null);
        try (Connection superuser = database.superuser()) {
            assertThatThrownBy(() -> execute(superuser, "UPDATE drover.migration SET state = 'completed'"))
                    .hasMessageContaining("no transition from queued to completed");
        }
    }

    @Test
    void theListedTransitionsAreThoseOfTheEnum() throws SQLException {
        List<String> expected = Arrays.stream(MigrationState.values())
                .flatMap(from -> from.successors().stream().map(to -> from.wireName() + " " + to.wireName()))
                .toList();
        assertThat(texts("SELECT from_state || ' ' || to_state AS found FROM drover.allowed_transition"))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void theTerminalStatesAreThoseOfTheEnumInEveryPlace() throws SQLException {
        assertThat(texts("SELECT state || ' ' || terminal AS found FROM drover.migration_state"))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(MigrationState.values())
                        .map(state -> state.wireName() + " " + state.terminal())
                        .toList());
        List<String> terminal = Arrays.stream(MigrationState.values())
                .filter(MigrationState::terminal)
                .map(MigrationState::wireName)
                .toList();
        String list = "('" + String.join("', '", terminal) + "')";
        List<String> sources = texts("""
            SELECT prosrc AS found FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE n.nspname IN ('drover', 'drover_api') AND prosrc LIKE '%state NOT IN%'
            """);
        assertThat(sources)
                .hasSizeGreaterThan(4)
                .allSatisfy(source -> assertThat(source.split("state NOT IN "))
                        .filteredOn(part -> part.startsWith("('completed'"))
                        .allSatisfy(part -> assertThat(part).startsWith(list)));
        assertThat(texts("SELECT pg_get_indexdef('drover.migration_one_open_per_vm'::regclass) AS found")
                        .getFirst())
                .contains(terminal);
    }

    private List<String> texts(String sql) throws SQLException {
        try (Connection superuser = database.superuser()) {
            return Query.of(superuser, sql).list(row -> row.text("found"));
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
