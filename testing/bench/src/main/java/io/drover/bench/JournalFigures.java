package io.drover.bench;

import io.drover.bench.trial.MoveFigures;
import io.drover.messages.MigrationState;
import io.drover.messages.api.MigrationDocument;
import io.drover.messages.api.MigrationDocument.Step;
import io.drover.messages.api.MigrationDocument.Transition;
import io.drover.messages.json.DroverJson;
import io.drover.testbed.guest.Guests;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import tools.jackson.databind.JsonNode;

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
        JsonNode wire = evidence("send-rest").path("wire_bytes").path(Guests.SWAP.value());
        if (!wire.isMissingNode()) {
            JsonNode pushed = evidence("pull-rest")
                    .path("disks")
                    .path(Guests.SWAP.value())
                    .path("pushed_bytes");
            move.figure("swap_wire_bytes", wire.asLong(0) + pushed.asLong(0));
        }
    }

    /** Of all disks together, since they are copied in turn; nothing when a disk has no prediction. */
    private void prediction(MoveFigures move) {
        JsonNode disks = evidence("send-rest").path("algorithms");
        double[] predicted = new double[2];
        double[] outcome = new double[2];
        for (var disk : disks.properties()) {
            if (!disk.getValue().has("predicted") || !disk.getValue().has("outcome")) {
                return;
            }
            add(predicted, disk.getValue().path("predicted"));
            add(outcome, disk.getValue().path("outcome"));
        }
        if (outcome[0] > 0 && outcome[1] > 0) {
            move.figure("predicted_s", predicted[0]);
            move.figure("predicted_bytes", (long) predicted[1]);
            move.figure("predicted_s_error", Math.abs(predicted[0] - outcome[0]) / outcome[0]);
            move.figure("predicted_bytes_error", Math.abs(predicted[1] - outcome[1]) / outcome[1]);
        }
    }

    private static void add(double[] sums, JsonNode figures) {
        sums[0] += figures.path("seconds").asDouble(0);
        sums[1] += figures.path("wire_bytes").asDouble(0);
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

    private JsonNode evidence(String step) {
        return detail.steps().stream()
                .filter(candidate -> candidate.name().equals(step))
                .map(Step::evidence)
                .filter(Objects::nonNull)
                .findFirst()
                .map(DroverJson.mapper()::readTree)
                .orElseGet(() -> DroverJson.mapper().createObjectNode());
    }
}
