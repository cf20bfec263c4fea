package io.drover.worker.migration.source;

import io.drover.messages.evidence.JournalledEvidence;
import io.drover.messages.evidence.JournalledEvidence.PauseFigures;
import io.drover.messages.evidence.StepEvidence;
import io.drover.schema.worker.WorkerStore.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One attempt's journal of its steps. While the guest stands still nothing is written: every entry costs a round trip and a
 * commit in the database, and the pause has eight of them. Those entries follow when the guest runs again, on either host, and tell in
 * their evidence when the step began and how long it took. What is lost with a worker that ends before is told by the
 * migration's state, the mark and the VM, which alone say how to go on (docs/decisions/0008).
 */
final class Journal {
    private final MigrationContext context;
    private final ArrayDeque<Entry> held = new ArrayDeque<>();
    private Duration begunAt = Duration.ZERO;

    Journal(MigrationContext context) {
        this.context = context;
    }

    private record Entry(String step, @Nullable String evidence) {}

    /** {@link #write} comes next. */
    void intend(Step step) {
        begunAt = now();
        held.add(new Entry(step.name(), null));
    }

    /** {@link #write} comes next. */
    void done(Step step, StepEvidence evidence) throws IOException {
        Duration stoppedAt = context.monitor().guestWaitsSince();
        PauseFigures pause = stoppedAt == null
                ? null
                : new PauseFigures(
                        begunAt.minus(stoppedAt).toMillis(),
                        now().minus(stoppedAt).toMillis());
        held.add(new Entry(step.name(), new JournalledEvidence(evidence, pause).json()));
    }

    private boolean guestWaits() {
        return context.monitor().guestWaitsSince() != null && context.state().beforeResumed();
    }

    /** Writes, unless the guest waits; may be repeated when the database did not answer. */
    void write() throws IOException {
        if (!guestWaits()) {
            catchUp();
        }
    }

    /** Writes all that was held back; an entry that fails stays, with those after it. */
    void catchUp() throws IOException {
        for (Entry entry = held.peek(); entry != null; entry = held.peek()) {
            Outcome outcome = write(entry);
            if (!outcome.done()) {
                throw new MigrationOutcome.Superseded(outcome.refusal());
            }
            held.remove();
        }
    }

    private Outcome write(Entry entry) {
        var store = context.ports().store();
        int attempt = context.record().attempt();
        String evidence = entry.evidence();
        return evidence == null
                ? store.intend(context.id(), attempt, entry.step())
                : store.done(context.id(), attempt, entry.step(), evidence);
    }

    private Duration now() {
        return context.ports().clock().elapsed();
    }
}
