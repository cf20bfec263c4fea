package io.drover.schema.memory;

import io.drover.messages.HostId;
import io.drover.messages.MigrationProgress;
import io.drover.schema.record.MigrationRecord;
import io.drover.schema.scheduler.SchedulerStore.HostRow;
import io.drover.schema.scheduler.SchedulerStore.MigrationDetail;
import io.drover.schema.scheduler.SchedulerStore.MigrationView;
import io.drover.schema.scheduler.SchedulerStore.Step;
import io.drover.schema.scheduler.SchedulerStore.WorkerSession;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Rows as the programs read them. */
final class Views {
    private final MemoryDatabase database;

    Views(MemoryDatabase database) {
        this.database = database;
    }

    List<HostRow> hosts() {
        return database.tables().hosts.entrySet().stream()
                .map(host -> host(host.getKey(), host.getValue()))
                .toList();
    }

    Optional<HostRow> host(HostId id) {
        return Optional.ofNullable(database.tables().hosts.get(id)).map(host -> host(id, host));
    }

    private HostRow host(HostId id, Tables.Host host) {
        Room room = database.room();
        return new HostRow(
                id,
                host.facts().peerAddress(),
                host.facts().hypervisor(),
                host.facts().cpuCores(),
                host.facts().memoryBytes(),
                host.facts().imagesBytes(),
                room.imagesFreeBytes(id),
                host.facts().linkBytesPerSecond(),
                host.lastSeen(),
                room.reservedMemoryBytes(id),
                room.reservedImageBytes(id),
                host.facts().brokerTrouble(),
                host.facts().droverVersion(),
                session(id));
    }

    private @Nullable WorkerSession session(HostId host) {
        Tables.Session held = database.tables().sessions.get(host);
        return held == null || held.session() == null
                ? null
                : new WorkerSession(
                        held.identity().machineId(),
                        held.identity().bootId(),
                        held.identity().stateFolder(),
                        held.startedAt());
    }

    /** Newest first. */
    List<MigrationView> migrations(Predicate<MigrationRow> wanted) {
        return database.tables().migrations.values().stream()
                .filter(wanted)
                .sorted(Comparator.comparing((MigrationRow row) -> row.createdAt)
                        .reversed()
                        .thenComparing(row -> row.task.id().value(), MemoryDatabase.BY_ID))
                .map(this::view)
                .toList();
    }

    MigrationDetail detail(MigrationRow row) {
        List<Step> steps = row.steps.values().stream()
                .map(entry -> new Step(
                        entry.step(),
                        entry.attempt(),
                        entry.intendedAt(),
                        entry.doneAt(),
                        entry.undoneAt(),
                        entry.evidence()))
                .toList();
        return new MigrationDetail(view(row), List.copyOf(row.transitions), steps, row.override);
    }

    private MigrationView view(MigrationRow row) {
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
                row.reason,
                progress == null ? 0 : progress.dirtyBytesPerSecond(),
                progress == null ? null : progress.timeToFinishMost(),
                row.decision,
                row.state.terminal() ? null : row.trouble);
    }

    /** As both of its workers read it, token included; empty where an end is no host that registered. */
    Optional<MigrationRecord> record(MigrationRow row) {
        Tables.Host destination = database.tables().hosts.get(row.task.destination());
        return destination == null || !database.tables().hosts.containsKey(row.task.source())
                ? Optional.empty()
                : Optional.of(new MigrationRecord(
                        row.task,
                        database.vm(row.task.vm()).definition,
                        row.state,
                        row.attempt,
                        row.epoch,
                        row.cancelRequested,
                        "token-" + row.task.id(),
                        destination.facts().peerAddress(),
                        row.reason));
    }
}
