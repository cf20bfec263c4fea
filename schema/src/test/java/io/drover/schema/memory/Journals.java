package io.drover.schema.memory;

import io.drover.messages.HostId;
import io.drover.schema.memory.MigrationRow.StepKey;
import io.drover.schema.record.JournalEntry;
import io.drover.schema.worker.WorkerStore.Outcome;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What one host writes to its journals; the first word of a step stands until a new attempt opens it again. */
final class Journals {
    private static final Pattern STEP = Pattern.compile("[a-z][a-z0-9-]{0,62}");

    private final MemoryDatabase database;
    private final HostId host;

    Journals(MemoryDatabase database, HostId host) {
        this.database = database;
        this.host = host;
    }

    Outcome intend(MigrationRow row, int attempt, String step) {
        return refuse(row, attempt).orElseGet(() -> {
            if (!STEP.matcher(step).matches()) {
                return Outcome.refused(step + " is not the name of a step");
            }
            row.steps.merge(
                    new StepKey(host, step),
                    new JournalEntry(step, attempt, database.at(), null, null, null),
                    (old, opened) -> old.attempt() != attempt || old.undoneAt() != null ? opened : old);
            return Outcome.DONE;
        });
    }

    Outcome done(MigrationRow row, int attempt, String step, String evidence) {
        return refuse(row, attempt).orElseGet(() -> {
            JournalEntry entry = row.steps.get(new StepKey(host, step));
            if (entry == null || entry.undoneAt() != null) {
                return Outcome.refused("step " + step + " is not intended");
            }
            String first = entry.evidence() == null ? evidence : entry.evidence();
            return put(row, entry, attempt, first(entry.doneAt()), null, first);
        });
    }

    Outcome undone(MigrationRow row, int attempt, String step) {
        return refuse(row, attempt).orElseGet(() -> {
            JournalEntry entry = row.steps.get(new StepKey(host, step));
            return entry == null
                    ? Outcome.refused("step " + step + " was never intended")
                    : put(row, entry, attempt, entry.doneAt(), first(entry.undoneAt()), entry.evidence());
        });
    }

    private Instant first(@Nullable Instant before) {
        return before == null ? database.at() : before;
    }

    private Outcome put(
            MigrationRow row,
            JournalEntry entry,
            int attempt,
            @Nullable Instant doneAt,
            @Nullable Instant undoneAt,
            @Nullable String evidence) {
        row.steps.put(
                new StepKey(host, entry.step()),
                new JournalEntry(entry.step(), attempt, entry.intendedAt(), doneAt, undoneAt, evidence));
        return Outcome.DONE;
    }

    private Optional<Outcome> refuse(MigrationRow row, int attempt) {
        return row.attempt == attempt || !database.keeps(Rule.CURRENT_ATTEMPT)
                ? Optional.empty()
                : Optional.of(Outcome.refused("attempt " + attempt + " is over; the current one is " + row.attempt));
    }
}
