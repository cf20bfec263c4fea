package io.drover.worker.migration.source;

import io.drover.messages.MigrationState;
import io.drover.messages.evidence.EvidenceRecords;
import io.drover.messages.evidence.StepEvidence;
import java.io.IOException;

/**
 * One step of a migration. It is journalled before it runs and has evidence after (in the pause both
 * are written when the guest runs again: {@link Journal}); it may be run again, and its effect is
 * observed, never assumed. It holds no state: one object serves every migration.
 */
public interface Step {
    /** Label in the journal and in progress: {@code STEP} of the record it returns, for example {@code replicate-disks}. */
    String name();

    /** The state a migration is in while this step runs. */
    MigrationState state();

    /**
     * Does the step and returns the evidence, in the record that {@link EvidenceRecords} has for its name.
     *
     * @throws MigrationOutcome.Abandoned when the migration must not go on
     * @throws MigrationOutcome.Rejected when it was refused before anything was done
     * @throws MigrationOutcome.Superseded when the database says that this attempt is not the current one
     */
    StepEvidence run(MigrationContext context) throws IOException, InterruptedException;

    /** Whether the migration has this step at all. */
    default boolean wanted(MigrationContext context) {
        return true;
    }

    /**
     * Takes the effect back, from what can be observed: an earlier worker may have run the step. Called only after the
     * guest runs here again. Harmless when there is nothing to undo.
     */
    default void undo(MigrationContext context) throws IOException, InterruptedException {}
}
