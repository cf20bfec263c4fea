package io.drover.schema;

import java.time.Duration;

/**
 * How to reach PostgreSQL.
 *
 * @param jdbcUrl for example {@code jdbc:postgresql://db1,db2/drover?targetServerType=primary}
 * @param user login role: {@link HostRoles#roleName} for a worker, {@link SchemaMigrator#SCHEDULER_ROLE} for a
 *     scheduler
 * @param connectionsMax size of the pool; 2 for a worker
 * @param connectLimit how long making a connection, or waiting for one of the pool, may take
 * @param answerLimit how long one statement may take; the server stops it then, and the client gives up soon after
 */
public record DatabaseSettings(
        String jdbcUrl, String user, String password, int connectionsMax, Duration connectLimit, Duration answerLimit) {
    private static final Duration SECOND = Duration.ofSeconds(1);

    public DatabaseSettings {
        if (connectionsMax < 1) {
            throw new IllegalArgumentException("connections_max: " + connectionsMax + " is below 1");
        }
        if (connectLimit.compareTo(SECOND) < 0 || answerLimit.compareTo(SECOND) < 0) {
            throw new IllegalArgumentException("connect_limit and answer_limit must be a second at least");
        }
    }

    /** Ten seconds to connect, twenty to answer. */
    public static DatabaseSettings of(String jdbcUrl, String user, String password, int connectionsMax) {
        return new DatabaseSettings(
                jdbcUrl, user, password, connectionsMax, Duration.ofSeconds(10), Duration.ofSeconds(20));
    }

    @Override
    public String toString() {
        return "DatabaseSettings[" + jdbcUrl + ", user " + user + ", at most " + connectionsMax + " connections]";
    }
}
