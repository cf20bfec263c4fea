package io.drover.schema.scheduler;

import io.drover.messages.access.ApiRole;
import io.drover.messages.access.ApiToken;
import io.drover.schema.Database;
import io.drover.schema.sql.Query;
import io.drover.schema.sql.Row;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** In PostgreSQL; {@code database} is logged in as {@code drover_scheduler}. */
public final class PostgresAccessStore implements AccessStore {
    private static final String COLUMNS = "SELECT name, role, created_at, created_by, expires_at FROM drover_api.";

    private final Database database;

    public PostgresAccessStore(Database database) {
        this.database = database;
    }

    @Override
    public boolean createToken(NewToken token, String by) {
        return database.inTransaction(connection -> Query.of(
                        connection,
                        "SELECT drover_api.create_token(?, ?, ?, ?, ?) AS created",
                        token.name(),
                        token.secret().hash(),
                        token.role().word(),
                        token.expiresAt(),
                        by)
                .single(row -> row.flag("created")));
    }

    @Override
    public Optional<StoredToken> revokeToken(String name) {
        return database.inTransaction(connection ->
                Query.of(connection, COLUMNS + "revoke_token(?)", name).first(PostgresAccessStore::token));
    }

    @Override
    public List<StoredToken> tokens() {
        return database.inTransaction(connection ->
                Query.of(connection, COLUMNS + "api_tokens ORDER BY name").list(PostgresAccessStore::token));
    }

    @Override
    public Optional<StoredToken> live(ApiToken secret) {
        return database.inTransaction(connection ->
                Query.of(connection, COLUMNS + "live_token(?)", secret.hash()).first(PostgresAccessStore::token));
    }

    @Override
    public long begun(AuditEntry entry) {
        return database.inTransaction(connection -> Query.of(
                        connection,
                        "SELECT drover_api.begin_audit(?, ?, ?, ?, ?, ?) AS id",
                        entry.caller(),
                        entry.role().word(),
                        entry.address(),
                        entry.method(),
                        storable(entry.path()),
                        storable(entry.body()))
                .single(row -> row.whole("id")));
    }

    @Override
    public void ended(long entry, int status) {
        database.inTransaction(connection -> {
            Query.of(connection, "SELECT drover_api.end_audit(?, ?)", entry, status)
                    .run();
            return entry;
        });
    }

    /** PostgreSQL's text holds no U+0000. */
    private static String storable(String text) {
        return text.replace('\0', '\uFFFD');
    }

    private static StoredToken token(Row row) throws SQLException {
        return new StoredToken(
                row.text("name"),
                ApiRole.of(row.text("role")),
                row.instant("created_at"),
                row.text("created_by"),
                row.instantOrNull("expires_at"));
    }
}
