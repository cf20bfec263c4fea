package io.drover.schema;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * A small pool of connections that keeps none when idle, and none to a server that has shown that it takes no writes.
 * Opening it does not need the database to be there: the first call does, and throws {@link StoreUnavailableException}
 * until it is.
 */
public final class Database implements AutoCloseable {
    /** A relay holds its rows while the broker confirms, one message at a time. */
    private static final Duration IDLE_IN_TRANSACTION_MAX = Duration.ofMinutes(2);

    /**
     * Everybody's locks are short; one that is not belongs to a transaction that hangs, and must not hang its
     * neighbours.
     */
    private static final Duration LOCK_MAX = Duration.ofSeconds(5);

    private static final Duration IDLE_MAX = Duration.ofSeconds(10);
    private static final Duration LIFETIME_MAX = Duration.ofMinutes(30);

    private final HikariDataSource pool;
    private volatile boolean originChecked;

    private Database(HikariDataSource pool) {
        this.pool = pool;
    }

    public static Database open(DatabaseSettings settings) {
        return open(settings, "");
    }

    /** For a worker: every connection says which session it belongs to. */
    public static Database open(DatabaseSettings settings, UUID session) {
        return open(settings, " -c drover.session=" + session);
    }

    private static Database open(DatabaseSettings settings, String moreOptions) {
        var config = new HikariConfig();
        config.setPoolName("drover-" + settings.user());
        config.setJdbcUrl(settings.jdbcUrl());
        config.setUsername(settings.user());
        config.setPassword(settings.password());
        config.setMaximumPoolSize(settings.connectionsMax());
        config.setMinimumIdle(0);
        config.setIdleTimeout(IDLE_MAX.toMillis());
        config.setMaxLifetime(LIFETIME_MAX.toMillis());
        config.setConnectionTimeout(settings.connectLimit().toMillis());
        config.setValidationTimeout(Math.min(5000, settings.connectLimit().toMillis()));
        // A database that is not there yet is waited for by the caller, who can say so.
        config.setInitializationFailTimeout(-1);
        config.setDataSourceProperties(driverProperties(settings, moreOptions));
        var stale = new StaleConnections();
        config.setExceptionOverride(stale);
        var pool = new HikariDataSource(config);
        stale.watch(pool);
        return new Database(pool);
    }

    /** For Quartz, which brings its own statements; see {@link SchemaMigrator#QUARTZ_TABLE_PREFIX}. */
    public DataSource dataSource() {
        return pool;
    }

    /**
     * Runs {@code work} in one transaction, committed when it returns and rolled back when it throws.
     *
     * @throws StoreUnavailableException when the database does not answer; after that a change may stand or not
     * @throws IllegalStateException when it answers with an error that is a defect or a wrong configuration
     * @throws ReplacedMigrationsException when it was made by migrations that are no more
     */
    public <T> T inTransaction(Work<T> work) {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            try {
                checkOrigin(connection);
                T result = work.run(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                rollBack(connection, e);
                throw e;
            }
        } catch (SQLException e) {
            throw SqlErrors.translated(e);
        }
    }

    @Override
    public void close() {
        pool.close();
    }

    /** What is done in one transaction. */
    @FunctionalInterface
    public interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /** Once, by the first transaction: the database need not be there before. */
    private void checkOrigin(Connection connection) throws SQLException {
        if (!originChecked) {
            SchemaOrigin.check(connection);
            originChecked = true;
        }
    }

    private static void rollBack(Connection connection, Exception cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private static Properties driverProperties(DatabaseSettings settings, String moreOptions) {
        Duration answer = settings.answerLimit();
        var properties = new Properties();
        properties.setProperty(
                "connectTimeout", Long.toString(settings.connectLimit().toSeconds()));
        properties.setProperty(
                "loginTimeout", Long.toString(settings.connectLimit().toSeconds()));
        // The server stops a statement first, so that none runs on after its caller has given it up.
        properties.setProperty(
                "socketTimeout", Long.toString(answer.plusSeconds(5).toSeconds()));
        properties.setProperty("tcpKeepAlive", "true");
        // Of several servers in the URL: how long the driver believes which was the primary.
        properties.setProperty("hostRecheckSeconds", "2");
        properties.setProperty("ApplicationName", "drover");
        properties.setProperty(
                "options",
                "-c statement_timeout=" + answer.toMillis() + " -c lock_timeout="
                        + Math.min(LOCK_MAX.toMillis(), answer.toMillis())
                        // The connections of a host that lost its power must not stand in the way of its next ones.
                        + " -c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"
                        + " -c idle_in_transaction_session_timeout=" + IDLE_IN_TRANSACTION_MAX.toMillis()
                        + moreOptions);
        return properties;
    }
}
