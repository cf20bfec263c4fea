package io.drover.schema;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops every connection of a pool as soon as one of them shows that its server is not, or is no longer, the one to
 * work with: a primary that became a standby goes on answering, and a connection keeps what its session began with. The
 * pool asks for each error of each statement, whoever made it.
 */
final class StaleConnections implements SQLExceptionOverride {
    private static final Logger LOG = LoggerFactory.getLogger(StaleConnections.class);

    private volatile @Nullable HikariDataSource pool;

    /** Errors before this call drop the connection that met them only. */
    void watch(HikariDataSource watched) {
        pool = watched;
    }

    @java.lang.Override
    public Override adjudicate(SQLException error) {
        if (!SqlErrors.isOfTheServer(error)) {
            return Override.CONTINUE_EVICT;
        }
        dropAll(error);
        return Override.MUST_EVICT;
    }

    /** Those that are in use are closed when they are given back. */
    private void dropAll(SQLException error) {
        HikariDataSource watched = pool;
        HikariPoolMXBean connections = watched == null ? null : watched.getHikariPoolMXBean();
        if (connections != null) {
            LOG.debug("{}: dropping all connections after {}", watched, error.getSQLState());
            connections.softEvictConnections();
        }
    }
}
