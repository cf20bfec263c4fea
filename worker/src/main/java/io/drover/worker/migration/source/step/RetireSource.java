package io.drover.worker.migration.source.step;

import io.drover.messages.DiskDefinition;
import io.drover.messages.MigrationState;
import io.drover.messages.evidence.RetiredSource;
import io.drover.messages.text.FileProblem;
import io.drover.schema.record.MigrationRecord;
import io.drover.worker.hypervisor.VmGoneException;
import io.drover.worker.migration.source.MigrationContext;
import io.drover.worker.migration.source.MigrationOutcome;
import io.drover.worker.migration.source.Step;
import java.io.IOException;
import java.util.List;

/** Ends the spare: its process quits and its images are renamed, read-only. Nothing is deleted. */
public final class RetireSource implements Step.Plain {
    @Override
    public String name() {
        return RetiredSource.STEP;
    }

    @Override
    public MigrationState state() {
        return MigrationState.FINISHING;
    }

    @Override
    public RetiredSource run(MigrationContext context) throws IOException, InterruptedException {
        refuseUnlessResumed(context);
        String settled = settle(context);
        try {
            var vm = context.findVm();
            if (vm.isPresent()) {
                vm.get().quit();
            }
        } catch (VmGoneException e) {
            // What was to be reached.
        }
        List<String> images =
                context.definition().disks().stream().map(DiskDefinition::image).toList();
        for (String image : images) {
            context.ports().images().retire(image, context.id());
        }
        return new RetiredSource(images, settled);
    }

    /** Looked at once more, in the database: the last copy must not be put away on a belief. */
    private static void refuseUnlessResumed(MigrationContext context) {
        MigrationState state = context.ports()
                .store()
                .migration(context.id())
                .map(MigrationRecord::state)
                .orElse(MigrationState.STRANDED);
        boolean gone = context.ports()
                .store()
                .vm(context.vm())
                .map(row -> !row.owner().equals(context.record().task().source()))
                .orElse(false);
        if (state != MigrationState.FINISHING || !gone) {
            throw new MigrationOutcome.Superseded("not retired: the migration is " + state.wireName());
        }
    }

    private static String settle(MigrationContext context) throws InterruptedException {
        try {
            context.session().settle();
            return "yes";
        } catch (IOException e) {
            // It forgets by itself when it reads that the migration is complete.
            return FileProblem.told(e);
        }
    }
}
