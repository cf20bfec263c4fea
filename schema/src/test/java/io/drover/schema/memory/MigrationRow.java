package io.drover.schema.memory;

import io.drover.messages.DecisionId;
import io.drover.messages.HostId;
import io.drover.messages.MigrationProgress;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.schema.record.JournalEntry;
import io.drover.schema.record.Trouble;
import io.drover.schema.scheduler.MigrationOverride;
import io.drover.schema.scheduler.SchedulerStore.Transition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A migration's row with its journals and its log, which a test may set as it needs it. */
public final class MigrationRow {
    public final MigrationTask task;
    public final long epoch;
    public final Instant createdAt;
    public final List<Transition> transitions = new ArrayList<>();
    public MigrationState state = MigrationState.QUEUED;
    public int attempt;
    public boolean cancelRequested;
    public String requestedBy = "nobody";
    public @Nullable DecisionId decision;
    public @Nullable Instant endedAt;
    public @Nullable String reason;
    public @Nullable Trouble trouble;
    final Map<StepKey, JournalEntry> steps = new LinkedHashMap<>();
    Instant postedAt;
    long reservedMemoryBytes;
    long reservedImageBytes;

    @Nullable
    Instant cancelRequestedAt;

    @Nullable
    Instant leaseUntil;

    @Nullable
    MigrationProgress progress;

    @Nullable
    MigrationOverride override;
    /** Null: it came over a scheduler. */
    @Nullable
    HostId submitter;

    public MigrationRow(MigrationTask task, long epoch, Instant createdAt) {
        this.task = task;
        this.epoch = epoch;
        this.createdAt = createdAt;
        this.postedAt = createdAt;
    }

    /** Each end keeps a journal of its own. */
    record StepKey(HostId host, String step) {}

    /** A host's journal, by the steps' first intents. */
    public Map<String, JournalEntry> journal(HostId host) {
        var journal = new LinkedHashMap<String, JournalEntry>();
        steps.forEach((key, entry) -> {
            if (key.host().equals(host)) {
                journal.put(key.step(), entry);
            }
        });
        return journal;
    }

    boolean isEnd(HostId host) {
        return task.source().equals(host) || task.destination().equals(host);
    }

    void requestCancel(Instant at) {
        cancelRequested = true;
        cancelRequestedAt = at;
    }

    /** Whether the transition stands in the log: by which the winner of an earlier call is known again. */
    boolean stands(MigrationState to, @Nullable Integer byAttempt, HostId actor) {
        return transitions.stream()
                .anyMatch(done -> done.to() == to
                        && done.actor().equals(actor.value())
                        && (byAttempt == null || done.attempt() == byAttempt));
    }

    MigrationRow copy() {
        var copy = new MigrationRow(task, epoch, createdAt);
        copy.transitions.addAll(transitions);
        copy.state = state;
        copy.attempt = attempt;
        copy.cancelRequested = cancelRequested;
        copy.requestedBy = requestedBy;
        copy.decision = decision;
        copy.endedAt = endedAt;
        copy.reason = reason;
        copy.trouble = trouble;
        copy.steps.putAll(steps);
        copy.postedAt = postedAt;
        copy.reservedMemoryBytes = reservedMemoryBytes;
        copy.reservedImageBytes = reservedImageBytes;
        copy.cancelRequestedAt = cancelRequestedAt;
        copy.leaseUntil = leaseUntil;
        copy.progress = progress;
        copy.override = override;
        copy.submitter = submitter;
        return copy;
    }
}
