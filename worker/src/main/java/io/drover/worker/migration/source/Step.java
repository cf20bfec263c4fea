package io.drover.worker.migration.source;

import io.drover.messages.MigrationState;
import io.drover.messages.evidence.EvidenceRecords;
import io.drover.messages.evidence.StepEvidence;
import io.drover.worker.peer.Destination.Prepared;
import java.io.IOException;
import java.util.List;

/**
 * One step of a migration. It is journalled before it runs and has evidence after (in the pause both
 * are written when the guest runs again: {@link Journal}); it may be run again, and its effect is
 * observed, never assumed. It holds no state: one object serves every migration.
 *
 * <p>The kinds of steps are the phases of a migration: what exists only after an earlier one is given to a step's {@code run}, and
 * cannot be asked for before. Every {@code run} returns the evidence in the record that {@link EvidenceRecords} has for
 * the step's name, and throws
 *
 * <ul>
 *   <li>{@link MigrationOutcome.Abandoned} when the migration must not go on,
 *   <li>{@link MigrationOutcome.Rejected} when it was refused before anything was done,
 *   <li>{@link MigrationOutcome.Superseded} when the database says that this attempt is not the current one.
 * </ul>
 */
public sealed interface Step {
    /** Label in the journal and in progress: {@code STEP} of the record it returns, for example {@code replicate-disks}. */
    String name();

    /** The state a migration is in while this step runs. */
    MigrationState state();

    /** Whether the migration has this step at all. */
    default boolean wanted(MigrationContext context) {
        return true;
    }

    /**
     * Takes the effect back, from what can be observed: an earlier worker may have run the step. Called only after the
     * guest runs here again. Harmless when there is nothing to undo.
     */
    default void undo(MigrationContext context) throws IOException, InterruptedException {}

    /** Needs nothing of an earlier step of the same attempt: a worker that was restarted may begin with it. */
    non-sealed interface Plain extends Step {
        StepEvidence run(MigrationContext context) throws IOException, InterruptedException;
    }

    /** Prepares the destination. */
    non-sealed interface Preparing extends Step {
        Made<Prepared, ? extends StepEvidence> run(MigrationContext context) throws IOException, InterruptedException;
    }

    /** Opens the disks of a prepared migration. */
    non-sealed interface Opening extends Step {
        Made<List<DiskReplication>, ? extends StepEvidence> run(MigrationContext context, Prepared destination)
                throws IOException, InterruptedException;

        /** Whether a later attempt builds on what has arrived of every disk, and does not begin anew. */
        boolean buildsOnContent(MigrationContext context);
    }

    /** Works on the open disks. */
    non-sealed interface Copying extends Step {
        StepEvidence run(MigrationContext context, List<DiskReplication> disks)
                throws IOException, InterruptedException;
    }

    /**
     * What a step makes for the steps after it, and its evidence.
     *
     * @param <P> what those steps need
     * @param <E> the record of the step's name
     */
    record Made<P, E extends StepEvidence>(P product, E evidence) {}
}
