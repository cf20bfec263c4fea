package io.drover.demo;

import io.drover.cli.operator.migration.MigrationLine;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.api.MigrationDocument;
import io.drover.messages.time.Clock;
import io.drover.messages.time.Wait;
import java.io.IOException;
import java.time.Duration;

/** Shows one migration as it goes, until it is over. */
final class MigrationFollower {
    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private final SchedulerApi api;
    private final Narrator narrator;
    private final Clock clock;
    private String shown = "";

    MigrationFollower(SchedulerApi api, Narrator narrator, Clock clock) {
        this.api = api;
        this.narrator = narrator;
        this.clock = clock;
    }

    /** Throws when it does not end {@code completed}. */
    MigrationDocument untilCompleted(MigrationId id) throws IOException, InterruptedException {
        MigrationDocument detail =
                new Wait(clock, LIMIT, POLL).answer(() -> shown(id), last -> MigrationLine.over(last.migration()));
        if (!MigrationLine.over(detail.migration())) {
            throw new IOException("the migration is not over after " + LIMIT.toSeconds() + " s: " + shown);
        }
        return completed(detail);
    }

    private MigrationDocument shown(MigrationId id) throws IOException, InterruptedException {
        MigrationDocument detail = api.migration(id);
        String line = MigrationLine.progress(detail.migration());
        if (!line.equals(shown)) {
            narrator.update(line);
            shown = line;
        }
        return detail;
    }

    private MigrationDocument completed(MigrationDocument detail) throws IOException {
        String outcome = MigrationLine.outcome(detail.migration());
        if (detail.migration().state() != MigrationState.COMPLETED) {
            throw new IOException(outcome);
        }
        narrator.say(outcome);
        return detail;
    }
}
