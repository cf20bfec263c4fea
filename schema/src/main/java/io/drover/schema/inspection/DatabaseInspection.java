package io.drover.schema.inspection;

import io.drover.messages.HostId;
import io.drover.schema.Database;
import io.drover.schema.DatabaseSettings;
import io.drover.schema.SchemaMigrator;
import io.drover.schema.inspection.BundledMigrations.Grant;
import io.drover.schema.sql.Query;
import io.drover.schema.sql.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a database with the login of a scheduler or a worker. A worker that runs keeps its session: none is opened.
 *
 * <p>Every method throws {@link io.drover.schema.StoreUnavailableException} when the database does not answer, and
 * {@link IllegalStateException} when it refuses.
 */
public final class DatabaseInspection implements AutoCloseable {
    private static final String WORKER_ROLE = "drover_worker";

    private static final String SERVER = """
        SELECT current_setting('server_version') AS version,
            current_setting('server_version_num')::integer AS number,
            coalesce((SELECT s.ssl FROM pg_catalog.pg_stat_ssl s WHERE s.pid = pg_backend_pid()), false) AS encrypted,
            coalesce(inet_client_addr() = inet_server_addr(), true) AS local,
            pg_is_in_recovery() AS standby
        """;
    private static final String UNBOUND = """
        SELECT r.rolsuper OR pg_has_role(r.oid, 'drover_owner', 'MEMBER') AS unbound
        FROM pg_catalog.pg_roles r WHERE r.rolname = session_user
        """;
    /** Quartz writes its tables itself. */
    private static final String QUARTZ_LACKING = """
        SELECT format('drover_quartz.%s', c.relname) AS object
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'drover_quartz' AND c.relkind = 'r'
        AND NOT (has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
            AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE'))
        ORDER BY c.relname
        """;

    private final Database database;

    private DatabaseInspection(Database database) {
        this.database = database;
    }

    /** Does not connect yet. */
    public static DatabaseInspection open(DatabaseSettings settings) {
        return new DatabaseInspection(Database.open(settings));
    }

    /** Whose rights are to be there. */
    public enum Login {
        WORKER(WORKER_ROLE),
        SCHEDULER(SchemaMigrator.SCHEDULER_ROLE);

        private final String role;

        Login(String role) {
            this.role = role;
        }
    }

    /**
     * The server.
     *
     * @param number for example 150018
     * @param local whether nothing of the connection is on a network
     * @param standby takes no writes
     */
    public record Server(String version, long number, boolean encrypted, boolean local, boolean standby) {}

    /**
     * What a database's schema and this program's migrations differ in, by file names.
     *
     * @param missing never run there
     * @param other run there with another text
     * @param unknown run there, and none of this program's
     */
    public record SchemaDifference(List<String> missing, List<String> other, List<String> unknown) {}

    /**
     * Where a host's worker is.
     *
     * @param droverVersion null: it has not told it
     */
    public record Peer(
            HostId host, String address, @Nullable String droverVersion, Instant lastSeen) {}

    public Server server() {
        return database.inTransaction(connection -> Query.of(connection, SERVER)
                .single(row -> new Server(
                        row.text("version"),
                        row.whole("number"),
                        row.flag("encrypted"),
                        row.flag("local"),
                        row.flag("standby"))));
    }

    /** The server's clock. */
    public Instant now() {
        return database.inTransaction(connection ->
                Query.of(connection, "SELECT clock_timestamp() AS now").single(row -> row.instant("now")));
    }

    /** Compares the migrations that were run with those of this program. */
    public SchemaDifference schema() {
        Map<String, Long> applied = new HashMap<>();
        database.inTransaction(connection -> Query.of(
                                connection, "SELECT script, checksum FROM drover_api.applied_migrations()")
                        .list(row -> Map.entry(row.text("script"), row.whole("checksum"))))
                .forEach(entry -> applied.put(entry.getKey(), entry.getValue()));
        BundledMigrations bundled = BundledMigrations.read();
        var missing = new ArrayList<String>();
        var other = new ArrayList<String>();
        for (String script : bundled.texts().keySet()) {
            Long checksum = applied.remove(script);
            if (checksum == null) {
                missing.add(script);
            } else if (checksum != bundled.checksum(script)) {
                other.add(script);
            }
        }
        return new SchemaDifference(
                missing, other, applied.keySet().stream().sorted().toList());
    }

    /** The rights that this program's migrations give to such a login and that this one does not have. */
    public List<String> lackingRights(Login login) {
        return database.inTransaction(connection -> {
            if (!mayUse(connection)) {
                return List.of("USAGE of schema drover_api");
            }
            var lacking = new ArrayList<String>();
            for (Grant grant : BundledMigrations.read().grants(login.role)) {
                if (!has(connection, grant)) {
                    lacking.add(grant.privilege() + " of " + grant.object());
                }
            }
            if (login == Login.SCHEDULER) {
                lacking.addAll(Query.of(connection, QUARTZ_LACKING).list(row -> row.text("object")));
            }
            return lacking;
        });
    }

    private static boolean mayUse(Connection connection) throws SQLException {
        String sql = """
            SELECT has_schema_privilege(n.oid, 'USAGE') AS usable FROM pg_catalog.pg_namespace n
            WHERE n.nspname = 'drover_api'
            """;
        return Query.of(connection, sql).first(row -> row.flag("usable")).orElse(false);
    }

    private static boolean has(Connection connection, Grant grant) throws SQLException {
        boolean function = grant.privilege().equals("EXECUTE");
        String sql = function
                ? "SELECT coalesce(has_function_privilege(to_regprocedure(?), 'EXECUTE'), false) AS granted"
                : "SELECT coalesce(has_table_privilege(to_regclass(?), 'SELECT'), false) AS granted";
        return Query.of(connection, sql, grant.object()).single(row -> row.flag("granted"));
    }

    /** Whether the login is above all rights: a superuser, or one that may become the owner of everything. */
    public boolean isUnbound() {
        return database.inTransaction(
                connection -> Query.of(connection, UNBOUND).single(row -> row.flag("unbound")));
    }

    /** Commits a write, as a scheduler does when it is asked for its health. */
    public void ping() {
        database.inTransaction(connection -> {
            Query.of(connection, "SELECT drover_api.scheduler_ping()").run();
            return true;
        });
    }

    /** The host that a worker's login is for. */
    public HostId ownHost() {
        return database.inTransaction(connection ->
                Query.of(connection, "SELECT drover_api.own_host() AS host").single(row -> row.host("host")));
    }

    /** Every host that has ever registered. */
    public List<Peer> peers() {
        return database.inTransaction(connection -> Query.of(
                        connection, "SELECT host, peer_address, drover_version, last_seen FROM drover_api.peers()")
                .list(DatabaseInspection::peer));
    }

    private static Peer peer(Row row) throws SQLException {
        return new Peer(
                row.host("host"),
                row.text("peer_address"),
                row.textOrNull("drover_version"),
                Objects.requireNonNull(row.instant("last_seen")));
    }

    @Override
    public void close() {
        database.close();
    }
}
