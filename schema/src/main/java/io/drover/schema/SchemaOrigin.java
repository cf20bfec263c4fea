package io.drover.schema;

import io.drover.schema.sql.Query;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Which migrations made a database. Those before 0.1.0 were replaced and cannot be followed by others; they left no
 * mark on the schema {@code drover_api}, V001 leaves one, and every login can read it.
 */
final class SchemaOrigin {
    private static final String MARK = "Drover, since 0.1.0";

    private SchemaOrigin() {}

    /** Passes a database that has no schema of Drover's yet; throws {@link ReplacedMigrationsException}. */
    static void check(Connection connection) throws SQLException {
        String unmarked = """
                SELECT n.nspname FROM pg_catalog.pg_namespace n
                WHERE n.nspname = 'drover_api'
                AND pg_catalog.obj_description(n.oid, 'pg_namespace') IS DISTINCT FROM ?
                """;
        if (Query.of(connection, unmarked, MARK)
                .first(row -> row.text("nspname"))
                .isPresent()) {
            throw new ReplacedMigrationsException();
        }
    }
}
