package io.drover.worker.migration.source.step;

import io.drover.messages.MigrationState;
import io.drover.messages.evidence.GivenOwnership;
import io.drover.worker.hypervisor.VmStatus;
import io.drover.worker.migration.source.DiskReplication;
import io.drover.worker.migration.source.MigrationContext;
import io.drover.worker.migration.source.Step;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * {@link GiveOwnership} of a VM that is stopped. Nothing ran since this attempt looked: it has the lock of the VM, and those of
 * the images that it has copied.
 */
public final class GiveStoppedVm implements Step.Copying {
    @Override
    public String name() {
        return GivenOwnership.STEP;
    }

    @Override
    public MigrationState state() {
        return MigrationState.SWITCHING;
    }

    @Override
    public GivenOwnership run(MigrationContext context, List<DiskReplication> disks)
            throws IOException, InterruptedException {
        Optional<VmStatus> status = context.vmStatus();
        if (status.isPresent() || disks.isEmpty()) {
            throw new IOException("not given: the VM that was stopped is " + status);
        }
        return GiveOwnership.give(context, "stopped");
    }
}
