package io.drover.worker.migration.source.step;

import io.drover.messages.MigrationState;
import io.drover.messages.evidence.GivenOwnership;
import io.drover.schema.record.MigrationRecord;
import io.drover.worker.hypervisor.SourceVm.Parts;
import io.drover.worker.hypervisor.VmStatus;
import io.drover.worker.migration.source.MigrationContext;
import io.drover.worker.migration.source.MigrationOutcome;
import io.drover.worker.migration.source.Step;
import io.drover.worker.ownership.OwnershipMarks.Give;
import io.drover.worker.ownership.OwnershipMarks.Kind;
import io.drover.worker.ownership.OwnershipMarks.Mark;
import java.io.IOException;
import java.util.Optional;

/**
 * The committing step of a VM that ran (docs/architecture.md, Ownership: Give): after its mark nothing is undone without the database's
 * word.
 */
public final class GiveOwnership implements Step.Plain {
    @Override
    public String name() {
        return GivenOwnership.STEP;
    }

    @Override
    public MigrationState state() {
        return MigrationState.SWITCHING;
    }

    @Override
    public GivenOwnership run(MigrationContext context) throws IOException, InterruptedException {
        Optional<VmStatus> status = context.vmStatus();
        // The step before has seen postmigrate in this attempt: a process that is gone now ended without running again.
        if (status.isPresent() && status.get() != VmStatus.POST_MIGRATE) {
            throw new IOException("not given: the source is " + status.get() + " and could run again by itself");
        }
        if (status.isPresent()) {
            NoForeignParts.require(context, Parts.DISKS);
        }
        return give(context, status.map(seen -> "postmigrate").orElse("process gone"));
    }

    /** {@code source}: what the source is, for the record. */
    static GivenOwnership give(MigrationContext context, String source) throws IOException {
        MigrationRecord record = context.record();
        var give = new Give(record.attempt(), context.incarnation());
        context.ports().marks().record(context.vm(), new Mark(Kind.GIVING, context.id(), record.epoch(), give));
        var outcome =
                context.ports().store().giveOwnership(context.vm(), context.id(), record.attempt(), record.epoch());
        if (!outcome.done()) {
            throw new MigrationOutcome.Superseded("the give was refused: " + outcome.refusal());
        }
        context.sawState(MigrationState.RESUMING);
        return new GivenOwnership(record.epoch() + 1, source);
    }
}
