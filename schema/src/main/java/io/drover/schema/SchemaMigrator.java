package io.drover.schema;

import io.drover.messages.HostId;
import io.drover.messages.access.ApiRole;
import io.drover.messages.access.ApiToken;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicBoolean;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.PGConnection;

/**
 * Brings a database to this version's schema and makes the login roles. Logs in as the database's owner, a superuser or
 * a role with CREATEROLE; nothing else of Drover does.
 *
 * <p>Every method throws {@link StoreUnavailableException} when the database does not answer,
 * {@link IllegalStateException} when it refuses, and {@link ReplacedMigrationsException}, having changed nothing, when
 * the database was made by migrations that are no more.
 */
public final class SchemaMigrator {
    public static final String SCHEDULER_ROLE = "drover_scheduler";

    /** Quartz's {@code org.quartz.jobStore.tablePrefix}. */
    public static final String QUARTZ_TABLE_PREFIX = "drover_quartz.qrtz_";

    private static final String OWNER_ROLE = "drover_owner";
    private static final String WORKER_ROLE = "drover_worker";

    private final String jdbcUrl;
    private final String user;
    private final String password;

    public SchemaMigrator(String jdbcUrl, String user, String password) {
        this.jdbcUrl = jdbcUrl;
        this.user = user;
        this.password = password;
    }

    /**
     * Makes roles and schemas and runs the migrations that are missing or whose text changed, all of them or none; may
     * be called by several at once.
     */
    public void migrate() {
        run(connection -> execute(connection, resource("/db/roles.sql")));
        try {
            Flyway.configure()
                    .dataSource(jdbcUrl, user, password)
                    .defaultSchema("drover")
                    .createSchemas(true)
                    // With afterConnect.sql: everything made belongs to the owner role, which can neither log in nor
                    // break out.
                    .locations("classpath:db/migration")
                    .placeholderReplacement(false)
                    // Nobody ever sees tables without their triggers, or half of the functions new.
                    .group(true)
                    .validateMigrationNaming(true)
                    .cleanDisabled(true)
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            if (e.getCause() instanceof SQLException cause) {
                throw SqlErrors.translated(cause);
            }
            throw new IllegalStateException("cannot migrate the database: " + e.getMessage(), e);
        }
        run(SchemaMigrator::limitHostRoles);
    }

    /** Makes or renews the login of a host's worker; its name is {@link HostRoles#roleName}. */
    public void provisionHost(HostId host, String newPassword) {
        String role = HostRoles.roleName(host);
        run(connection -> {
            bind(connection, host, role);
            login(connection, role, newPassword);
            execute(connection, "GRANT " + WORKER_ROLE + " TO " + quoted(connection, role));
            limitHostRoles(connection);
        });
    }

    /** Makes or renews the login of the schedulers, {@link #SCHEDULER_ROLE}. */
    public void provisionScheduler(String newPassword) {
        run(connection -> login(connection, SCHEDULER_ROLE, newPassword));
    }

    /**
     * Makes a token of the HTTP API without one.
     *
     * @param replace whether a token of the same name is revoked
     * @return false: the name is taken
     */
    public boolean createToken(String name, ApiToken secret, ApiRole role, boolean replace) {
        var created = new AtomicBoolean();
        run(connection -> {
            execute(connection, "SET LOCAL ROLE " + OWNER_ROLE);
            if (replace) {
                try (PreparedStatement statement =
                        connection.prepareStatement("SELECT FROM drover_api.revoke_token(?)")) {
                    statement.setString(1, name);
                    statement.execute();
                }
            }
            String sql = "SELECT drover_api.create_token(?, ?, ?, NULL, 'the owner of the database')";
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setString(1, name);
                statement.setBytes(2, secret.hash());
                statement.setString(3, role.word());
                try (ResultSet rows = statement.executeQuery()) {
                    created.set(rows.next() && rows.getBoolean(1));
                }
            }
        });
        return created.get();
    }

    /** What a host's role could do to others by its connections. */
    private static void limitHostRoles(Connection connection) throws SQLException {
        execute(connection, resource("/db/host_roles.sql"));
    }

    /** Which role speaks for which host is a row, so that no name has to be taken apart. */
    private static void bind(Connection connection, HostId host, String role) throws SQLException {
        execute(connection, "SET LOCAL ROLE " + OWNER_ROLE);
        String sql = """
            INSERT INTO drover.host_role (host, role_name) VALUES (?, ?)
            ON CONFLICT (host) DO UPDATE SET role_name = excluded.role_name
            """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, host.value());
            statement.setString(2, role);
            statement.executeUpdate();
        }
        execute(connection, "RESET ROLE");
    }

    private static void login(Connection connection, String role, String newPassword) throws SQLException {
        String quoted = quoted(connection, role);
        if (!exists(connection, role)) {
            execute(connection, "CREATE ROLE " + quoted);
        }
        execute(connection, "ALTER ROLE " + quoted + " LOGIN");
        // Hashed here: the clear text must not reach the server's log.
        connection.unwrap(PGConnection.class).alterUserPassword(role, newPassword.toCharArray(), "scram-sha-256");
    }

    private static boolean exists(Connection connection, String role) throws SQLException {
        String sql = "SELECT rolname FROM pg_catalog.pg_roles WHERE rolname = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, role);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static String quoted(Connection connection, String role) throws SQLException {
        return connection.unwrap(PGConnection.class).escapeIdentifier(role);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String resource(String name) {
        try (InputStream in = SchemaMigrator.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the class path has no " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + name, e);
        }
    }

    private void run(Provisioning work) {
        try (Connection connection = DriverManager.getConnection(jdbcUrl, user, password)) {
            connection.setAutoCommit(false);
            SchemaOrigin.check(connection);
            work.run(connection);
            connection.commit();
        } catch (SQLException e) {
            throw SqlErrors.translated(e);
        }
    }

    @FunctionalInterface
    private interface Provisioning {
        void run(Connection connection) throws SQLException;
    }
}
