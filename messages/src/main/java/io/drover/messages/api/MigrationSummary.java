package io.drover.messages.api;

import io.drover.messages.DecisionId;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A migration as an element of {@code GET /migrations}. What tells of progress is zero before the first report.
 *
 * @param bytesTotal bytes known to need moving so far; grows when the guest dirties blocks
 * @param timeToFinish the least it may still take until the VM is handed over; null while nothing is known
 * @param leaseUntil until when its worker has it; past that nobody works on it
 * @param reason why it ended or is open, for people
 * @param dirtyBytesPerSecond how fast the guest makes blocks dirty
 * @param timeToFinishMost the most it may still take if all stays as it is; null when no end is in sight
 * @param decision that it follows from; null where somebody asked for this destination
 * @param trouble why it is tried again; null: nothing is in the way
 */
public record MigrationSummary(
        MigrationTask task,
        String vmName,
        MigrationState state,
        int attempt,
        boolean cancelRequested,
        String step,
        int round,
        long bytesDone,
        long bytesTotal,
        double bytesPerSecond,
        @Nullable Duration timeToFinish,
        Instant createdAt,
        @Nullable Instant endedAt,
        @Nullable Instant leaseUntil,
        @Nullable String reason,
        double dirtyBytesPerSecond,
        @Nullable Duration timeToFinishMost,
        @Nullable DecisionId decision,
        @Nullable TroubleDocument trouble) {}
