package io.drover.schema.sql;

import io.drover.messages.HostId;
import io.drover.messages.json.DroverJson;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The current row, by column names. */
public final class Row {
    private final ResultSet rows;

    Row(ResultSet rows) {
        this.rows = rows;
    }

    public String text(String column) throws SQLException {
        return present(column, rows.getString(column));
    }

    public @Nullable String textOrNull(String column) throws SQLException {
        return rows.getString(column);
    }

    public UUID uuid(String column) throws SQLException {
        return present(column, rows.getObject(column, UUID.class));
    }

    public @Nullable UUID uuidOrNull(String column) throws SQLException {
        return rows.getObject(column, UUID.class);
    }

    public HostId host(String column) throws SQLException {
        return new HostId(text(column));
    }

    public boolean flag(String column) throws SQLException {
        return rows.getBoolean(column);
    }

    public int small(String column) throws SQLException {
        return rows.getInt(column);
    }

    public long whole(String column) throws SQLException {
        return rows.getLong(column);
    }

    public double real(String column) throws SQLException {
        return rows.getDouble(column);
    }

    public @Nullable Double realOrNull(String column) throws SQLException {
        return rows.getObject(column, Double.class);
    }

    /** A column of type {@code double precision[]} or {@code numeric[]} without nulls. */
    public List<Double> reals(String column) throws SQLException {
        var numbers = (Number[]) rows.getArray(column).getArray();
        return Arrays.stream(numbers).map(Number::doubleValue).toList();
    }

    public Instant instant(String column) throws SQLException {
        return present(column, instantOrNull(column));
    }

    public @Nullable Instant instantOrNull(String column) throws SQLException {
        OffsetDateTime time = rows.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    /** A JSON column as {@link DroverJson} reads it. */
    public <T> T json(String column, Class<T> type) throws SQLException {
        return DroverJson.mapper().readValue(text(column), type);
    }

    public UUID[] uuids(String column) throws SQLException {
        return (UUID[]) present(column, rows.getArray(column)).getArray();
    }

    private static <T> T present(String column, @Nullable T value) throws SQLException {
        if (value == null) {
            throw new SQLException("column " + column + " is null");
        }
        return value;
    }
}
