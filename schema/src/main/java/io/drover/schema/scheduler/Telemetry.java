package io.drover.schema.scheduler;

import io.drover.messages.HostReport;
import io.drover.messages.json.DroverJson;
import io.drover.schema.scheduler.SchedulerStore.HostRow;
import io.drover.schema.sql.Query;
import io.drover.schema.sql.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Hosts and their reports. */
final class Telemetry {
    private static final String HOSTS = """
            SELECT host, peer_address, hypervisor, cpu_cores, memory_bytes, images_bytes, images_free_bytes,
                link_bytes_per_second, last_seen, reserved_memory_bytes, reserved_image_bytes
            FROM drover_api.hosts
            ORDER BY host
            """;

    private Telemetry() {}

    static List<HostRow> hosts(Connection connection) throws SQLException {
        return Query.of(connection, HOSTS).list(Telemetry::host);
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
                row.whole("reserved_image_bytes"));
    }
}
