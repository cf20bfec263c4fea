package io.drover.schema.scheduler;

import io.drover.messages.HostId;
import io.drover.messages.VmId;
import io.drover.schema.Database;
import io.drover.schema.scheduler.LoadHistory.HostHistory;
import io.drover.schema.scheduler.LoadHistory.VmHistory;
import io.drover.schema.sql.Query;
import io.drover.schema.sql.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The roll-ups in PostgreSQL; {@code database} is logged in as {@code drover_scheduler}. */
public final class PostgresTelemetryHistory implements TelemetryHistory, DailyLoads {
    private static final String HOSTS = """
            SELECT host, slot, samples
            FROM drover_api.telemetry_hosts
            WHERE slot >= ? AND slot < ?
            ORDER BY host, slot
            """;
    /** A VM that moved within a slot has a row of each host. */
    private static final String VMS = """
            SELECT t.vm, v.name, (v.definition ->> 'vcpus')::integer AS vcpus, t.slot,
                sum(t.cpu_cores_mean * t.samples) / sum(t.samples) AS cpu_cores,
                (array_agg(t.host ORDER BY t.samples DESC, t.host))[1] AS host
            FROM drover_api.telemetry_vms t JOIN drover_api.vms v ON v.id = t.vm
            WHERE t.slot >= ? AND t.slot < ?
            GROUP BY t.vm, v.name, v.definition, t.slot
            ORDER BY v.name, t.slot
            """;

    private static final String HOURS = """
            SELECT h.vm, array_agg(h.cpu_cores ORDER BY h.hour) AS cpu_cores
            FROM (
                SELECT t.vm, extract(hour FROM t.slot AT TIME ZONE 'UTC') AS hour,
                    sum(t.cpu_cores_mean * t.samples) / sum(t.samples) AS cpu_cores
                FROM drover_api.telemetry_vms t
                WHERE t.slot >= ? AND t.slot < ?
                GROUP BY 1, 2
                HAVING count(DISTINCT date_trunc('day', t.slot AT TIME ZONE 'UTC')) >= 2
            ) AS h
            GROUP BY h.vm
            HAVING count(*) = 24
            """;

    private final Database database;

    public PostgresTelemetryHistory(Database database) {
        this.database = database;
    }

    @Override
    public LoadHistory load(Instant since, Instant until) {
        var span = new Span(since, until);
        return database.inTransaction(connection -> new LoadHistory(
                since, LoadHistory.SLOT_SECONDS, span.slots(), hosts(connection, span), vms(connection, span)));
    }

    @Override
    public Map<VmId, List<Double>> cpuCoresByHour(Instant since, Instant until) {
        return database.inTransaction(connection -> Query.of(connection, HOURS, since, until)
                .list(row -> Map.entry(new VmId(row.uuid("vm")), row.reals("cpu_cores")))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    private static List<HostHistory> hosts(Connection connection, Span span) throws SQLException {
        var samples = new LinkedHashMap<HostId, List<Integer>>();
        Query.of(connection, HOSTS, span.since(), span.until())
                .list(row -> samples.computeIfAbsent(
                                row.host("host"), host -> new ArrayList<>(Collections.nCopies(span.slots(), 0)))
                        .set(span.index(row.instant("slot")), row.small("samples")));
        return samples.entrySet().stream()
                .map(host -> new HostHistory(host.getKey(), host.getValue()))
                .toList();
    }

    private static List<VmHistory> vms(Connection connection, Span span) throws SQLException {
        var series = new LinkedHashMap<VmId, Series>();
        for (Usage usage : Query.of(connection, VMS, span.since(), span.until()).list(row -> usage(row, span))) {
            series.computeIfAbsent(usage.vm(), vm -> new Series(usage, span.slots()))
                    .take(usage);
        }
        return series.values().stream().map(Series::history).toList();
    }

    private static Usage usage(Row row, Span span) throws SQLException {
        return new Usage(
                new VmId(row.uuid("vm")),
                row.text("name"),
                row.small("vcpus"),
                row.host("host"),
                span.index(row.instant("slot")),
                row.real("cpu_cores"));
    }

    private record Usage(VmId vm, String name, int vcpus, HostId host, int slot, double cpuCores) {}

    private record Span(Instant since, Instant until) {
        int slots() {
            return (int) (Duration.between(since, until).toSeconds() / LoadHistory.SLOT_SECONDS);
        }

        int index(Instant slot) {
            return (int) (Duration.between(since, slot).toSeconds() / LoadHistory.SLOT_SECONDS);
        }
    }

    /** One VM's rows, which come in the order of time. */
    private static final class Series {
        private final List<@Nullable Double> cpuCores;
        private Usage last;

        Series(Usage first, int slots) {
            cpuCores = new ArrayList<>(Collections.nCopies(slots, null));
            last = first;
        }

        void take(Usage usage) {
            cpuCores.set(usage.slot(), usage.cpuCores());
            last = usage;
        }

        VmHistory history() {
            return new VmHistory(last.vm(), last.name(), last.vcpus(), last.host(), cpuCores);
        }
    }
}
