package io.drover.schema.support;

import io.drover.messages.HostId;
import io.drover.schema.Database;
import io.drover.schema.DatabaseSettings;
import io.drover.schema.HostRoles;
import io.drover.schema.SchemaMigrator;
import io.drover.schema.contract.Stores;
import io.drover.schema.scheduler.PostgresSchedulerStore;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.worker.PostgresWorkerStore;
import io.drover.schema.worker.WorkerStore;
import io.drover.testbed.postgres.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** A migrated database of its own in a {@link TestPostgres}, with logins as they are needed. */
public final class TestDatabase implements Stores, AutoCloseable {
    private static final String PASSWORD = "secret of a test";

    private final TestPostgres postgres;
    private final String name;
    private final SchemaMigrator migrator;
    private final Database schedulerDatabase;
    private final Map<HostId, Database> databases = new ConcurrentHashMap<>();
    private final Map<HostId, WorkerStore> workers = new ConcurrentHashMap<>();

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
    public WorkerStore worker(HostId host) {
        return workers.computeIfAbsent(host, key -> new PostgresWorkerStore(workerDatabase(key), key));
    }

    public DatabaseSettings settings(String role, int connectionsMax) {
        return DatabaseSettings.of(postgres.jdbcUrl(name), role, PASSWORD, connectionsMax);
    }

    /** A plain connection as a host's worker. */
    public Connection loginAsWorker(HostId host) throws SQLException {
        migrator.provisionHost(host, PASSWORD);
        return login(HostRoles.roleName(host));
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
    public void close() {
        schedulerDatabase.close();
        databases.values().forEach(Database::close);
    }

    private Database workerDatabase(HostId host) {
        return databases.computeIfAbsent(host, key -> {
            migrator.provisionHost(key, PASSWORD);
            return Database.open(settings(HostRoles.roleName(key), 2));
        });
    }
}
