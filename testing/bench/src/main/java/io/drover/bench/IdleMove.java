package io.drover.bench;

import io.drover.bench.lab.Lab;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.api.MigrationDocument;
import io.drover.messages.time.Wait;
import java.io.IOException;
import java.time.Duration;

/** Moves a VM that is stopped, by Drover's own way. */
final class IdleMove {
    private static final Duration POLL = Duration.ofMillis(200);

    private IdleMove() {}

    /** Returns the record of the migration when it is completed; {@link IOException} with the reason when it is not. */
    static MigrationDocument run(Lab lab, String vm, HostId destination, Duration limit)
            throws IOException, InterruptedException {
        MigrationId id = lab.api().migrate(vm, destination, null, "benchmark");
        MigrationDocument detail = new Wait(lab.clock(), limit, POLL)
                .answer(
                        () -> lab.api().migration(id),
                        document -> document.migration().endedAt() != null);
        if (detail.migration().endedAt() == null) {
            throw new IOException("the stopped VM was not moved by the deadline, in "
                    + detail.migration().step());
        }
        if (detail.migration().state() != MigrationState.COMPLETED) {
            throw new IOException("the stopped VM was not moved: "
                    + detail.transitions().getLast().to().wireName() + ", "
                    + detail.transitions().getLast().reason());
        }
        return detail;
    }
}
