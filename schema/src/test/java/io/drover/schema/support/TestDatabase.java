package io.drover.schema.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.HostId;
import io.drover.schema.Database;
import io.drover.schema.DatabaseSettings;
import io.drover.schema.HostRoles;
import io.drover.schema.SchemaMigrator;
import io.drover.schema.contract.Stores;
import io.drover.schema.scheduler.PostgresSchedulerStore;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.worker.PostgresWorkerStore;
import io.drover.schema.worker.SessionAnswer;
import io.drover.schema.worker.WorkerStore;
import io.drover.testbed.postgres.TestPostgres;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.UUID;

/** A migrated database of its own in a {@link TestPostgres}, with logins as they are needed. */
public final class TestDatabase implements Stores, AutoCloseable {
    /** Tests make many hosts; the pools of the oldest ones are closed to keep connections few. */
    private static final int WORKERS_MAX = 12;

    private static final String PASSWORD = "secret of a test";

    private final TestPostgres postgres;
    private final String name;
    private final SchemaMigrator migrator;
    private final Database schedulerDatabase;
    private final LinkedHashMap<HostId, Database> databases = new LinkedHashMap<>();

    private TestDatabase(TestPostgres postgres, String name) {
        this.postgres = postgres;
        this.name = name;
        this.migrator = new SchemaMigrator(postgres.jdbcUrl(name), postgres.superuser(), postgres.superuserPassword());
        migrator.migrate();
        migrator.provisionScheduler(PASSWORD);
        this.schedulerDatabase = Database.open(settings(SchemaMigrator.SCHEDULER_ROLE, 4));
    }

    public static TestDatabase create(TestPostgres postgres) {
        String name = "drover_" + UUID.randomUUID().toString().substring(0, 8);
        postgres.createDatabase(name);
        return new TestDatabase(postgres, name);
    }

    public SchemaMigrator migrator() {
        return migrator;
    }

    public Database schedulerDatabase() {
        return schedulerDatabase;
    }

    @Override
    public SchedulerStore scheduler() {
        return new PostgresSchedulerStore(schedulerDatabase);
    }

    @Override
    public synchronized WorkerStore worker(HostId host) {
        Database known = databases.get(host);
        return new PostgresWorkerStore(known == null ? provisioned(host) : known, host);
    }

    public DatabaseSettings settings(String role, int connectionsMax) {
        return DatabaseSettings.of(postgres.jdbcUrl(name), role, PASSWORD, connectionsMax);
    }

    /** A plain connection as a host's worker, in the session that the host's stores here have. */
    public Connection loginAsWorker(HostId host) throws SQLException {
        worker(host);
        Connection connection = login(HostRoles.roleName(host));
        try (var statement = connection.createStatement()) {
            statement.execute("SET drover.session = '" + session(host) + "'");
        }
        return connection;
    }

    /** The session of a host's stores; the same for the same host. */
    public static UUID session(HostId host) {
        return UUID.nameUUIDFromBytes(host.value().getBytes(StandardCharsets.UTF_8));
    }

    /** A plain connection as a role that has a login. */
    public Connection login(String role) throws SQLException {
        return DriverManager.getConnection(postgres.jdbcUrl(name), role, PASSWORD);
    }

    public Connection superuser() throws SQLException {
        return DriverManager.getConnection(postgres.jdbcUrl(name), postgres.superuser(), postgres.superuserPassword());
    }

    /** Runs statements as the superuser. */
    public void execute(String... statements) {
        postgres.execute(name, statements);
    }

    @Override
    public synchronized void close() {
        schedulerDatabase.close();
        databases.values().forEach(Database::close);
        databases.clear();
    }

    /** Makes a host's login. */
    public void provision(HostId host) {
        migrator.provisionHost(host, PASSWORD);
    }

    private Database provisioned(HostId host) {
        provision(host);
        Database opened = Database.open(settings(HostRoles.roleName(host), 2), session(host));
        assertThat(new PostgresWorkerStore(opened, host).openSession(Samples.IDENTITY))
                .isEqualTo(new SessionAnswer.Opened());
        databases.put(host, opened);
        if (databases.size() > WORKERS_MAX) {
            databases.pollFirstEntry().getValue().close();
        }
        return opened;
    }
}
