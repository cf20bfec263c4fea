package io.drover.worker.migration.destination;

import static io.drover.worker.migration.destination.AdmissionCheck.refused;

import io.drover.messages.Failure;
import io.drover.messages.MigrationId;
import io.drover.messages.VmId;
import io.drover.messages.text.FileProblem;
import io.drover.schema.record.MigrationRecord;
import io.drover.worker.ownership.LostCommit;
import io.drover.worker.ownership.OwnershipMarks;
import io.drover.worker.ownership.OwnershipMarks.Kind;
import io.drover.worker.ownership.OwnershipMarks.Mark;
import java.io.IOException;
import java.util.Optional;

/** What the destination's marks say about a VM on its way here. */
final class ArrivalMarks {
    private final OwnershipMarks marks;
    private final MigrationId migration;

    ArrivalMarks(OwnershipMarks marks, MigrationId migration) {
        this.marks = marks;
        this.migration = migration;
    }

    /** Whether the guest may have run here in this migration. */
    boolean mayRun(VmId vm) throws IOException {
        return marks.mark(vm, migration).map(Mark::kind).equals(Optional.of(Kind.MAY_RUN));
    }

    /** Whether it may have run here in this migration or, though the database has forgotten it, in a later one. */
    boolean ranHere(MigrationRecord row) throws IOException {
        VmId vm = row.definition().id();
        return mayRun(vm) || marks.highestEpoch(vm) > row.epoch();
    }

    void refuseOverEvidence(MigrationRecord row) throws IOException {
        Optional<String> lost = LostCommit.proof(marks, row.definition().id(), row.epoch(), migration);
        if (lost.isPresent()) {
            throw refused(Failure.Kind.REJECTED, lost.get());
        }
    }

    /** Once the guest stands still it is too late to find no room for the mark without which it must not run here. */
    void reserve(VmId vm) throws IOException {
        try {
            marks.reserve(vm);
        } catch (IOException e) {
            throw refused(
                    Failure.Kind.HOST, "state folder: the mark of ownership cannot be kept: " + FileProblem.told(e));
        }
    }
}
