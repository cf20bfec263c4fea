package io.drover.demo;

import io.drover.cli.terminal.Units;
import io.drover.messages.api.MigrationDocument;
import io.drover.testbed.evidence.HeartbeatEvidence;
import java.time.Duration;
import java.util.Locale;
import java.util.StringJoiner;

/** The migrations side by side: time, bytes, pause. */
final class ComparisonTable {
    private static final String ROW = "%-14s %-10s %12s %14s %16s";

    private ComparisonTable() {}

    static String of(Evidence evidence) {
        var table = new StringJoiner("\n");
        table.add(String.format(Locale.ROOT, ROW, "algorithm", "move", "total", "on the wire", "pause from outside"));
        for (MigrationDocument migration : evidence.migrations()) {
            var task = migration.migration().task();
            CopyFigures figures = CopyFigures.of(migration);
            table.add(String.format(
                    Locale.ROOT,
                    ROW,
                    task.algorithm(),
                    task.source() + " > " + task.destination(),
                    String.format(Locale.ROOT, "%.1f s", figures.total().toMillis() / 1000.0),
                    Units.bytes(evidence.wireBytes().getOrDefault(task.id(), 0L)),
                    pause(evidence, migration).toMillis() + " ms"));
        }
        return table.toString();
    }

    /** From the source's last heartbeat to the destination's first, stamped by the host. */
    static Duration pause(Evidence evidence, MigrationDocument migration) {
        var task = migration.migration().task();
        return evidence.heartbeats().stream()
                .filter(beats -> beats.guest().equals(migration.migration().vmName()))
                .map(HeartbeatEvidence::verdict)
                .flatMap(verdict -> verdict.handovers().stream())
                .filter(handover -> handover.from().equals(task.source().value())
                        && handover.to().equals(task.destination().value()))
                .findFirst()
                .map(handover -> Duration.ofNanos(handover.pauseNanos()))
                .orElse(Duration.ZERO);
    }
}
