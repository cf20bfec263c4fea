package io.drover.messages.api;

import io.drover.messages.MigrationState;
import io.drover.messages.evidence.EvidenceRecords;
import io.drover.messages.evidence.StepEvidence;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One migration with all that happened to it, {@code GET /migrations/ID}.
 *
 * @param override null where nothing was overridden
 */
public record MigrationDocument(
        MigrationSummary migration,
        List<Transition> transitions,
        List<Step> steps,
        @Nullable Overridden override) {

    /**
     * What the step that leaves such a record told; empty before it is done, or when the migration has no such step.
     */
    public <E extends StepEvidence> Optional<E> evidence(Class<E> wanted) {
        return steps.stream()
                .flatMap(step -> EvidenceRecords.read(wanted, step.name(), step.evidence()).stream())
                .findFirst();
    }

    /** From one state to the next; {@code from} is null for the first one. */
    public record Transition(
            @Nullable MigrationState from,
            MigrationState to,
            Instant at,
            int attempt,
            String actor,
            @Nullable String reason) {}

    /** A step of the worker's; {@code evidence} is a JSON object as text. */
    public record Step(
            String name,
            int attempt,
            Instant intendedAt,
            @Nullable Instant doneAt,
            @Nullable Instant undoneAt,
            @Nullable String evidence) {}

    /**
     * That it was asked for against what is said of VM and hosts.
     *
     * @param by who asked
     * @param reason why, a line for people
     * @param rules what was overridden, a sentence each
     */
    public record Overridden(String by, String reason, List<String> rules) {}
}
