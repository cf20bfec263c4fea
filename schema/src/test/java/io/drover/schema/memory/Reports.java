package io.drover.schema.memory;

import io.drover.messages.HostReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;

/** What hosts measured. */
final class Reports {
    private static final Duration BEHIND_MOST = Duration.ofHours(2);
    private static final Duration AHEAD_MOST = Duration.ofHours(1);
    private static final Duration KEPT = Duration.ofHours(2);

    private final MemoryDatabase database;

    Reports(MemoryDatabase database) {
        this.database = database;
    }

    /** Ignored where its time is too far from the database's, or it is there already. */
    void store(HostReport report) {
        Instant now = database.at();
        if (report.at().isBefore(now.minus(BEHIND_MOST)) || report.at().isAfter(now.plus(AHEAD_MOST))) {
            return;
        }
        database.tables()
                .reports
                .computeIfAbsent(report.host(), host -> new TreeMap<>())
                .putIfAbsent(report.at(), report);
        database.tables()
                .latest
                .merge(report.host(), report, (old, next) -> old.at().isBefore(next.at()) ? next : old);
    }

    List<HostReport> since(Instant since) {
        return database.tables().reports.values().stream()
                .flatMap(byTime -> byTime.tailMap(since, false).values().stream())
                .toList();
    }

    void retain(Instant now) {
        RollUps rollUps = database.tables().rollUps;
        rollUps.roll(since(Instant.MIN), now);
        rollUps.retain(now);
        database.tables()
                .reports
                .values()
                .forEach(byTime -> byTime.headMap(now.minus(KEPT)).clear());
    }
}
