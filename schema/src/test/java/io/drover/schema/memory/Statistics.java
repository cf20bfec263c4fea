package io.drover.schema.memory;

import io.drover.messages.HostId;
import io.drover.messages.MigrationProgress;
import io.drover.messages.MigrationState;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.FleetStatistics;
import io.drover.schema.scheduler.FleetStatistics.HostStatistics;
import io.drover.schema.scheduler.FleetStatistics.OpenMigrations;
import io.drover.schema.scheduler.FleetStatistics.Outbox;
import io.drover.schema.scheduler.FleetStatistics.Vms;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The rows in numbers. */
final class Statistics {
    private final Tables tables;
    private final Room room;
    private final Instant now;

    Statistics(MemoryDatabase database) {
        tables = database.tables();
        room = database.room();
        now = database.at();
    }

    FleetStatistics read() {
        Map<MigrationState, List<MigrationRow>> open = tables.migrations.values().stream()
                .filter(row -> !row.state.terminal())
                .collect(Collectors.groupingBy(row -> row.state, TreeMap::new, Collectors.toList()));
        Map<VmRecord.Power, List<VmRow>> vms = tables.vms.values().stream()
                .collect(Collectors.groupingBy(row -> row.power, TreeMap::new, Collectors.toList()));
        return new FleetStatistics(
                open.values().stream().map(this::migrations).toList(),
                vms.entrySet().stream()
                        .map(each -> vms(each.getKey(), each.getValue()))
                        .toList(),
                tables.hosts.entrySet().stream()
                        .map(each -> host(each.getKey(), each.getValue()))
                        .toList(),
                outbox());
    }

    private OpenMigrations migrations(Collection<MigrationRow> rows) {
        return new OpenMigrations(
                rows.iterator().next().state,
                rows.size(),
                rows.stream()
                        .flatMap(row -> Stream.ofNullable(row.progress))
                        .mapToDouble(MigrationProgress::bytesPerSecond)
                        .sum(),
                (int) rows.stream()
                        .filter(row -> row.leaseUntil != null && row.leaseUntil.isBefore(now))
                        .count(),
                (int) rows.stream().filter(row -> row.trouble != null).count(),
                age(oldest(rows.stream().map(row -> row.createdAt))));
    }

    private static Vms vms(VmRecord.Power power, List<VmRow> rows) {
        return new Vms(power, rows.size(), (int)
                rows.stream().filter(row -> row.trouble != null).count());
    }

    private HostStatistics host(HostId id, Tables.Host host) {
        var report = tables.latest.get(id);
        return new HostStatistics(
                id,
                age(host.lastSeen()),
                report == null ? null : age(report.at()),
                host.facts().brokerTrouble() == null,
                host.facts().imagesBytes(),
                room.imagesFreeBytes(id));
    }

    private Outbox outbox() {
        List<OutboxRow> unsent =
                tables.outbox.stream().filter(row -> !row.sent()).toList();
        return new Outbox(unsent.size(), age(oldest(unsent.stream().map(row -> row.createdAt))));
    }

    private static @Nullable Instant oldest(Stream<Instant> times) {
        return times.min(Instant::compareTo).orElse(null);
    }

    private Duration age(@Nullable Instant since) {
        Duration age = since == null ? Duration.ZERO : Duration.between(since, now);
        return age.isNegative() ? Duration.ZERO : age;
    }
}
