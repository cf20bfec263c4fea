package io.drover.worker.migration.source.step;

import io.drover.messages.MigrationState;
import io.drover.messages.evidence.CompletedSwitchover;
import io.drover.messages.time.Wait;
import io.drover.worker.hypervisor.MemoryTransfer.Phase;
import io.drover.worker.hypervisor.SourceVm;
import io.drover.worker.hypervisor.VmStatus;
import io.drover.worker.migration.source.MigrationContext;
import io.drover.worker.migration.source.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Lets the last memory go over and waits until the source can never resume by itself and the destination has everything. */
public final class CompleteSwitchover implements Step.Plain {
    private static final Duration POLL = Duration.ofMillis(5);

    @Override
    public String name() {
        return CompletedSwitchover.STEP;
    }

    @Override
    public MigrationState state() {
        return MigrationState.SWITCHING;
    }

    @Override
    public CompletedSwitchover run(MigrationContext context) throws IOException, InterruptedException {
        SourceVm vm = context.sourceVm();
        if (vm.memory().phase() == Phase.PRE_SWITCHOVER) {
            // From the give on the guest waits for the database, so this is the last moment to find it silent.
            context.ports().store().ping();
            vm.continueSwitchover();
        }
        awaitPostMigrate(context);
        if (!context.session().awaitComplete(context.policy().switchoverLimit())) {
            throw new IOException("the destination does not have everything within "
                    + context.policy().switchoverLimit().toSeconds() + " s");
        }
        return new CompletedSwitchover("postmigrate", "complete", memoryBytes(context));
    }

    /** For the record alone: a VM that is gone has no figure. */
    private static long memoryBytes(MigrationContext context) throws IOException, InterruptedException {
        return context.vmStatus().isEmpty() ? 0 : context.sourceVm().memory().bytesTransferred();
    }

    private static void awaitPostMigrate(MigrationContext context) throws IOException, InterruptedException {
        var wait = new Wait(context.ports().clock(), context.policy().switchoverLimit(), POLL);
        VmStatus last = wait.answer(() -> switching(context), status -> status == VmStatus.POST_MIGRATE);
        if (last != VmStatus.POST_MIGRATE) {
            throw new IOException("the source is still " + last + " after the switchover's limit");
        }
    }

    /** Fails when the source can no longer come to its postmigrate. */
    private static VmStatus switching(MigrationContext context) throws IOException, InterruptedException {
        Optional<VmStatus> status = context.vmStatus();
        if (status.isEmpty()) {
            // It may have resumed the guest by itself before it ended, and then what was sent is old.
            throw new IOException("the VM's process ended before it was seen in postmigrate");
        }
        if (status.get() != VmStatus.POST_MIGRATE) {
            refuseFailed(context);
        }
        return status.get();
    }

    private static void refuseFailed(MigrationContext context) throws IOException, InterruptedException {
        var transfer = context.sourceVm().memory();
        switch (transfer.phase()) {
            case FAILED, CANCELLED, NONE ->
                throw new IOException("the last memory did not go over: " + transfer.phase() + " " + transfer.error());
            case ACTIVE, PRE_SWITCHOVER, COMPLETED -> {}
        }
    }
}
