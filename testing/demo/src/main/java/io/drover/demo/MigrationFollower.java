package io.drover.demo;

import io.drover.cli.operator.migration.MigrationLine;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.api.MigrationDocument;
import io.drover.messages.api.MigrationSummary;
import io.drover.messages.time.Clock;
import java.io.IOException;
import java.time.Duration;

/** Shows one migration as it goes, until it is over. */
final class MigrationFollower {
    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private final SchedulerApi api;
    private final Narrator narrator;
    private final Clock clock;

    MigrationFollower(SchedulerApi api, Narrator narrator, Clock clock) {
        this.api = api;
        this.narrator = narrator;
        this.clock = clock;
    }

    /** Throws when it does not end {@code completed}. */
    MigrationDocument untilCompleted(MigrationId id) throws IOException, InterruptedException {
        Duration end = clock.elapsed().plus(LIMIT);
        String shown = "";
        while (true) {
            MigrationDocument detail = api.migration(id);
            MigrationSummary view = detail.migration();
            String line = MigrationLine.progress(view);
            if (!line.equals(shown)) {
                narrator.update(line);
                shown = line;
            }
            if (MigrationLine.over(view)) {
                return completed(detail);
            }
            if (clock.elapsed().compareTo(end) > 0) {
                throw new IOException("the migration is not over after " + LIMIT.toSeconds() + " s: " + line);
            }
            clock.sleep(POLL);
        }
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
