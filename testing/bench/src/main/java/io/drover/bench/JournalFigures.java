package io.drover.bench;

import io.drover.bench.trial.MoveFigures;
import io.drover.messages.DiskId;
import io.drover.messages.MigrationState;
import io.drover.messages.api.MigrationDocument;
import io.drover.messages.api.MigrationDocument.Step;
import io.drover.messages.api.MigrationDocument.Transition;
import io.drover.messages.evidence.PulledRest;
import io.drover.messages.evidence.PulledRest.PushedBlocks;
import io.drover.messages.evidence.SentRest;
import io.drover.messages.evidence.disk.AlgorithmEvidence;
import io.drover.messages.evidence.disk.AlgorithmEvidence.ActualFigures;
import io.drover.messages.evidence.disk.AlgorithmEvidence.PredictedFigures;
import io.drover.testbed.guest.Guests;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** What the record of a migration says of its course and of its copy. */
final class JournalFigures {
    private final MigrationDocument detail;

    JournalFigures(MigrationDocument detail) {
        this.detail = detail;
    }

    /**
     * Writes times, phases and figures into the move.
     *
     * @param clockStart the wall-clock time at which the move's clock read zero
     */
    void describe(MoveFigures move, Instant clockStart) {
        boolean pulled = false;
        for (Transition transition : detail.transitions()) {
            Duration at = Duration.between(clockStart, transition.at());
            if (transition.to() == MigrationState.REPLICATING) {
                move.begunAt(at);
            }
            if (transition.to() == MigrationState.FINISHING && pulled) {
                move.pulledAt(at);
            }
            pulled |= transition.to() == MigrationState.PULLING;
        }
        for (Step step : detail.steps()) {
            Instant doneAt = step.doneAt();
            if (doneAt != null) {
                move.phase(step.name(), Duration.between(step.intendedAt(), doneAt));
            }
        }
        swap(move);
        prediction(move);
    }

    /** By Drover's own account; content that was pulled counts by its length. */
    private void swap(MoveFigures move) {
        Long wireBytes = detail.evidence(SentRest.class)
                .map(sent -> sent.wireBytes().get(Guests.SWAP))
                .orElse(null);
        if (wireBytes != null) {
            long pushedBytes = detail.evidence(PulledRest.class)
                    .map(pulled -> pulled.disks().get(Guests.SWAP))
                    .map(PushedBlocks::pushedBytes)
                    .orElse(0L);
            move.figure("swap_wire_bytes", wireBytes + pushedBytes);
        }
    }

    /** Of all disks together, since they are copied in turn; nothing when a disk has no prediction. */
    private void prediction(MoveFigures move) {
        Map<DiskId, AlgorithmEvidence> disks =
                detail.evidence(SentRest.class).map(SentRest::algorithms).orElse(Map.of());
        double predictedSeconds = 0;
        double seconds = 0;
        long predictedBytes = 0;
        long bytes = 0;
        for (AlgorithmEvidence disk : disks.values()) {
            PredictedFigures predicted = disk.predicted();
            ActualFigures outcome = disk.outcome();
            if (predicted == null || outcome == null) {
                return;
            }
            predictedSeconds += predicted.seconds();
            predictedBytes += predicted.wireBytes();
            seconds += outcome.seconds();
            bytes += outcome.wireBytes();
        }
        if (seconds > 0 && bytes > 0) {
            move.figure("predicted_s", predictedSeconds);
            move.figure("predicted_bytes", predictedBytes);
            move.figure("predicted_s_error", Math.abs(predictedSeconds - seconds) / seconds);
            move.figure("predicted_bytes_error", Math.abs(predictedBytes - bytes) / (double) bytes);
        }
    }

    /** Seconds between a step's intent and its end; 0 when it did not run. */
    double seconds(String step) {
        return detail.steps().stream()
                .filter(candidate -> candidate.name().equals(step))
                .mapToDouble(candidate -> {
                    Instant done = candidate.doneAt();
                    return done == null
                            ? 0
                            : Duration.between(candidate.intendedAt(), done).toNanos() / 1e9;
                })
                .sum();
    }
}
