package io.drover.schema.scheduler;

import io.drover.messages.MigrationState;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.FleetStatistics.HostStatistics;
import io.drover.schema.scheduler.FleetStatistics.OpenMigrations;
import io.drover.schema.scheduler.FleetStatistics.Outbox;
import io.drover.schema.scheduler.FleetStatistics.Vms;
import io.drover.schema.sql.Query;
import io.drover.schema.sql.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Counts for {@link FleetStatistics}. */
final class StatisticsRows {
    private static final String MIGRATIONS = """
        SELECT state, count(*) AS count, sum(bytes_per_second) AS bytes_per_second,
            count(*) FILTER (WHERE lease_expired) AS leases_expired, count(trouble) AS troubled,
            extract(epoch FROM max(clock_timestamp() - created_at))::double precision AS age_seconds
        FROM drover_api.migrations WHERE NOT terminal GROUP BY state ORDER BY state
        """;
    private static final String VMS = """
        SELECT power, count(*) AS count, count(trouble) AS troubled
        FROM drover_api.vms GROUP BY power ORDER BY power
        """;
    private static final String HOSTS = """
        SELECT host, seen_age_seconds, report_age_seconds, broker_trouble IS NULL AS reaches_broker, images_bytes,
            images_free_bytes
        FROM drover_api.hosts ORDER BY host
        """;
    private static final String OUTBOX = "SELECT messages, age_seconds FROM drover_api.outbox_unsent";

    private StatisticsRows() {}

    static FleetStatistics read(Connection connection) throws SQLException {
        return new FleetStatistics(
                Query.of(connection, MIGRATIONS).list(StatisticsRows::migrations),
                Query.of(connection, VMS).list(StatisticsRows::vms),
                Query.of(connection, HOSTS).list(StatisticsRows::host),
                Query.of(connection, OUTBOX)
                        .single(row -> new Outbox(row.whole("messages"), age(row.real("age_seconds")))));
    }

    private static OpenMigrations migrations(Row row) throws SQLException {
        return new OpenMigrations(
                MigrationState.of(row.text("state")),
                row.small("count"),
                row.real("bytes_per_second"),
                row.small("leases_expired"),
                row.small("troubled"),
                age(row.real("age_seconds")));
    }

    private static Vms vms(Row row) throws SQLException {
        var power = VmRecord.Power.valueOf(row.text("power").toUpperCase(Locale.ROOT));
        return new Vms(power, row.small("count"), row.small("troubled"));
    }

    private static HostStatistics host(Row row) throws SQLException {
        return new HostStatistics(
                row.host("host"),
                ageOrNull(row.realOrNull("seen_age_seconds")),
                ageOrNull(row.realOrNull("report_age_seconds")),
                row.flag("reaches_broker"),
                row.whole("images_bytes"),
                row.whole("images_free_bytes"));
    }

    private static @Nullable Duration ageOrNull(@Nullable Double seconds) {
        return seconds == null ? null : age(seconds);
    }

    /** A report may be a moment ahead of the server's clock. */
    private static Duration age(double seconds) {
        return Duration.ofNanos((long) (Math.max(0, seconds) * 1e9));
    }
}
