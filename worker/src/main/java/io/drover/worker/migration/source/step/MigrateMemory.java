package io.drover.worker.migration.source.step;

import io.drover.messages.MigrationState;
import io.drover.messages.evidence.MigratedMemory;
import io.drover.worker.hypervisor.MemoryTransfer;
import io.drover.worker.hypervisor.SourceVm;
import io.drover.worker.hypervisor.SourceVm.Parts;
import io.drover.worker.migration.source.DiskReplication;
import io.drover.worker.migration.source.MigrationContext;
import io.drover.worker.migration.source.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Sends memory while the guest runs, keeps the disks' rest small meanwhile, and ends with the guest stopped. */
public final class MigrateMemory implements Step.Copying {
    private static final Duration POLL = Duration.ofMillis(10);

    @Override
    public String name() {
        return MigratedMemory.STEP;
    }

    @Override
    public MigrationState state() {
        return MigrationState.SWITCHING;
    }

    @Override
    public MigratedMemory run(MigrationContext context, List<DiskReplication> disks)
            throws IOException, InterruptedException {
        SourceVm vm = context.sourceVm();
        context.monitor().checkNow();
        NoForeignParts.require(context, Parts.ALL);
        context.monitor().guestStops();
        var pace = new MemoryPace(context, disks);
        context.session().carryMemory(vm.memorySocket());
        vm.sendMemory(pace.limits());
        MemoryTransfer transfer = vm.memory();
        while (transfer.phase() != MemoryTransfer.Phase.PRE_SWITCHOVER) {
            refuseEnded(transfer);
            context.monitor().checkMovingGuest();
            pace.climb();
            pace.tell(vm);
            keepDisksSmall(context, disks, pace);
            context.monitor().memory(transfer.bytesTransferred(), transfer.bytesTotal());
            context.monitor().check();
            context.ports().clock().sleep(POLL);
            transfer = vm.memory();
        }
        context.monitor().guestWaits();
        return new MigratedMemory(transfer.bytesTransferred(), pace.limits().downtimeMillis(), pace.climbed());
    }

    private static void refuseEnded(MemoryTransfer transfer) throws IOException {
        switch (transfer.phase()) {
            case NONE, ACTIVE, PRE_SWITCHOVER -> {}
            case COMPLETED -> throw new IOException("memory went over without waiting for the disks");
            case FAILED, CANCELLED ->
                throw new IOException("the transfer of memory ended: "
                        + (transfer.error().isEmpty() ? transfer.phase().name() : transfer.error()));
        }
    }

    private static void keepDisksSmall(MigrationContext context, List<DiskReplication> disks, MemoryPace pace)
            throws IOException, InterruptedException {
        long share = ReplicateDisks.budget(context) / Math.max(1, disks.size());
        long rest = 0;
        for (DiskReplication disk : disks) {
            disk.keepToShare();
            long dirty = disk.copy().changes().dirtyBytes();
            if (disk.converging() && dirty > share) {
                disk.advance();
                dirty = Math.min(dirty, disk.rest());
            }
            // What an algorithm leaves to the pause counts whole.
            rest += disk.converging() ? dirty : Math.max(dirty, disk.rest());
        }
        pace.disksRest(rest);
    }
}
