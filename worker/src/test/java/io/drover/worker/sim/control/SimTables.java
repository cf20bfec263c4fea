package io.drover.worker.sim.control;

import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.schema.memory.MemorySchedulerStore;
import io.drover.schema.memory.MigrationRow;
import io.drover.schema.memory.Outbox;
import io.drover.schema.memory.OutboxRow;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.scheduler.SchedulerStore.Decision;
import io.drover.schema.scheduler.SchedulerStore.OutboxPublisher;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the schedulers alone keep in the database, as a scenario judges it. */
public final class SimTables {
    private final SimDatabase database;
    private final SchedulerStore store;
    private final Set<String> offered = new HashSet<>();

    public SimTables(SimFleet fleet) {
        this.database = fleet.database();
        this.store = new MemorySchedulerStore(database.memory());
    }

    /** A migration as a scenario judges it; {@code messages} are those that were posted for it. */
    public record Posted(
            MigrationTask task,
            String requestedBy,
            Instant createdAt,
            @Nullable Instant endedAt,
            boolean completed,
            @Nullable Decision decision,
            List<String> messages) {}

    /** Every migration, oldest first. */
    public List<Posted> migrations() {
        return database.migrations.values().stream().map(this::posted).toList();
    }

    private Posted posted(MigrationRow row) {
        MigrationId id = row.task.id();
        boolean completed = row.state == MigrationState.COMPLETED;
        List<String> messages = outbox().rows().stream()
                .filter(message -> id.equals(message.migration()))
                .map(OutboxRow::messageId)
                .toList();
        @Nullable
        Decision decision =
                row.decision == null ? null : store.decision(row.decision).orElse(null);
        return new Posted(row.task, row.requestedBy, row.createdAt, row.endedAt, completed, decision, messages);
    }

    /** Newest first. */
    public List<Decision> decisions() {
        return store.decisions(Integer.MAX_VALUE);
    }

    /** When the last migration ended. */
    public Optional<Instant> lastEnd() {
        return database.migrations.values().stream()
                .flatMap(row -> Optional.ofNullable(row.endedAt).stream())
                .max(Comparator.naturalOrder());
    }

    Outbox outbox() {
        return database.memory().outbox();
    }

    /** Remembers what a scheduler has begun to publish. */
    OutboxPublisher offering(OutboxPublisher publisher) {
        return message -> {
            offered.add(message.messageId());
            return publisher.publish(message);
        };
    }

    /** Whether every message has been handed to the broker. */
    public boolean allSent() {
        return outbox().rows().stream().allMatch(OutboxRow::sent);
    }

    /** Whether a task was committed that no scheduler has begun to publish. */
    public boolean somethingCommittedOnly() {
        return outbox().rows().stream().anyMatch(row -> row.migration() != null && !offered.contains(row.messageId()));
    }
}
