package io.drover.worker.sim.control;

import io.drover.messages.MigrationProgress;
import io.drover.schema.scheduler.SchedulerStore.MigrationDetail;
import io.drover.schema.scheduler.SchedulerStore.MigrationView;
import io.drover.worker.sim.control.SimDatabase.MigrationRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Migrations as schedulers read them. */
final class SimViews {
    private SimViews() {}

    static MigrationView view(SimDatabase database, MigrationRow row) {
        @Nullable MigrationProgress progress = row.progress;
        return new MigrationView(
                row.task,
                database.vm(row.task.vm()).definition.name(),
                row.state,
                row.attempt,
                row.cancelRequested,
                progress == null ? "" : progress.step(),
                progress == null ? 0 : progress.round(),
                progress == null ? 0 : progress.bytesDone(),
                progress == null ? 0 : progress.bytesTotal(),
                progress == null ? 0 : progress.bytesPerSecond(),
                progress == null ? null : progress.timeToFinish(),
                row.createdAt,
                row.endedAt,
                row.leaseUntil,
                row.reason);
    }

    /** Without history: nobody in the scenario reads it. */
    static MigrationDetail detail(SimDatabase database, MigrationRow row) {
        return new MigrationDetail(view(database, row), List.of(), List.of());
    }
}
