package io.drover.schema.scheduler;

import io.drover.messages.HostId;
import io.drover.messages.HostReport;
import io.drover.messages.json.DroverJson;
import io.drover.schema.scheduler.SchedulerStore.HostRow;
import io.drover.schema.scheduler.SchedulerStore.WorkerSession;
import io.drover.schema.sql.Query;
import io.drover.schema.sql.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Hosts and their reports. */
final class Telemetry {
    private static final String HOSTS = """
        SELECT h.host, h.peer_address, h.hypervisor, h.cpu_cores, h.memory_bytes, h.images_bytes, h.images_free_bytes,
            h.link_bytes_per_second, h.last_seen, h.reserved_memory_bytes, h.reserved_image_bytes,
            h.broker_trouble, h.drover_version,
            s.machine_id, s.boot_id, s.state_folder, s.started_at
        FROM drover_api.hosts h LEFT JOIN drover_api.host_sessions s ON s.host = h.host
        """;

    private Telemetry() {}

    static List<HostRow> hosts(Connection connection) throws SQLException {
        return Query.of(connection, HOSTS + "ORDER BY h.host").list(Telemetry::host);
    }

    static Optional<HostRow> host(Connection connection, HostId id) throws SQLException {
        return Query.of(connection, HOSTS + "WHERE h.host = ?", id).first(Telemetry::host);
    }

    /** False when the report's time is too far from the database's. */
    static boolean store(Connection connection, HostReport report) throws SQLException {
        return Query.of(
                        connection,
                        "SELECT drover_api.store_report(?::jsonb) AS stored",
                        DroverJson.mapper().writeValueAsString(report))
                .single(row -> row.flag("stored"));
    }

    private static HostRow host(Row row) throws SQLException {
        return new HostRow(
                row.host("host"),
                row.text("peer_address"),
                row.text("hypervisor"),
                row.real("cpu_cores"),
                row.whole("memory_bytes"),
                row.whole("images_bytes"),
                row.whole("images_free_bytes"),
                row.whole("link_bytes_per_second"),
                row.instant("last_seen"),
                row.whole("reserved_memory_bytes"),
                row.whole("reserved_image_bytes"),
                row.textOrNull("broker_trouble"),
                row.textOrNull("drover_version"),
                session(row));
    }

    private static @Nullable WorkerSession session(Row row) throws SQLException {
        return row.textOrNull("machine_id") == null
                ? null
                : new WorkerSession(
                        row.text("machine_id"),
                        row.text("boot_id"),
                        row.text("state_folder"),
                        row.instant("started_at"));
    }
}
