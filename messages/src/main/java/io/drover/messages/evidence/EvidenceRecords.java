package io.drover.messages.evidence;

import static java.util.Map.entry;

import io.drover.messages.json.DroverJson;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which record each step of a migration leaves in the journal. */
public final class EvidenceRecords {
    private static final Map<String, Class<? extends StepEvidence>> BY_STEP = Map.ofEntries(
            entry(CheckedVm.STEP, CheckedVm.class),
            entry(ConnectedDestination.STEP, ConnectedDestination.class),
            entry(PreparedDestination.STEP, PreparedDestination.class),
            entry(OpenedDisks.STEP, OpenedDisks.class),
            entry(ReplicatedDisks.STEP, ReplicatedDisks.class),
            entry(CopiedImages.STEP, CopiedImages.class),
            entry(ComparedDisks.STEP, ComparedDisks.class),
            entry(ComparedImages.STEP, ComparedImages.class),
            entry(MigratedMemory.STEP, MigratedMemory.class),
            entry(SentRest.STEP, SentRest.class),
            entry(ComparedRest.STEP, ComparedRest.class),
            entry(CompletedSwitchover.STEP, CompletedSwitchover.class),
            entry(GivenOwnership.STEP, GivenOwnership.class),
            entry(ResumedDestination.STEP, ResumedDestination.class),
            entry(PulledRest.STEP, PulledRest.class),
            entry(VerifiedCopy.STEP, VerifiedCopy.class),
            entry(RetiredSource.STEP, RetiredSource.class));

    private EvidenceRecords() {}

    /** Every record by the name of its step. */
    public static Map<String, Class<? extends StepEvidence>> byStep() {
        return BY_STEP;
    }

    /**
     * Reads what the journal holds of one step. Keys that the record does not know, of a newer worker, are passed over;
     * a document that is none of the record's throws {@link tools.jackson.core.JacksonException}.
     *
     * @param wanted the record to read; empty when the step leaves another one, or one that this version does not know
     * @param document what the journal holds; null while the step is not done
     */
    public static <E extends StepEvidence> Optional<E> read(Class<E> wanted, String step, @Nullable String document) {
        return document == null || BY_STEP.get(step) != wanted
                ? Optional.empty()
                : Optional.of(DroverJson.mapper().readValue(document, wanted));
    }
}
