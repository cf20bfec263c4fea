package io.drover.schema.sql;

import io.drover.messages.HostId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One SELECT with its arguments; changes are made by functions, so there is nothing else. */
public final class Query {
    private final Connection connection;
    private final String sql;
    private final @Nullable Object[] arguments;

    private Query(Connection connection, String sql, @Nullable Object[] arguments) {
        this.connection = connection;
        this.sql = sql;
        this.arguments = arguments;
    }

    /** Arguments: text, numbers, booleans, UUIDs, {@link HostId}, {@link Instant}, {@link Duration} or null. */
    public static Query of(Connection connection, String sql, @Nullable Object... arguments) {
        return new Query(connection, sql, arguments.clone());
    }

    public <T> List<T> list(RowReader<T> reader) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int index = 0; index < arguments.length; index++) {
                statement.setObject(index + 1, value(arguments[index]));
            }
            try (ResultSet rows = statement.executeQuery()) {
                var row = new Row(rows);
                var result = new ArrayList<T>();
                while (rows.next()) {
                    result.add(reader.read(row));
                }
                return List.copyOf(result);
            }
        }
    }

    public <T> Optional<T> first(RowReader<T> reader) throws SQLException {
        return list(reader).stream().findFirst();
    }

    /** The one row that a function answers. */
    public <T> T single(RowReader<T> reader) throws SQLException {
        List<T> rows = list(reader);
        if (rows.size() != 1) {
            throw new SQLException("expected one row, got " + rows.size() + ": " + sql);
        }
        return rows.getFirst();
    }

    /** Runs a function that answers nothing. */
    public void run() throws SQLException {
        list(row -> sql);
    }

    /** Reads one row. */
    @FunctionalInterface
    public interface RowReader<T> {
        T read(Row row) throws SQLException;
    }

    private static @Nullable Object value(@Nullable Object argument) {
        return switch (argument) {
            case Instant instant -> instant.atOffset(ZoneOffset.UTC);
            case Duration duration -> duration.toNanos() / 1e9;
            case HostId host -> host.value();
            case null -> null;
            default -> argument;
        };
    }
}
