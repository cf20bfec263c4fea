package io.drover.worker.check;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.MigrationId;
import io.drover.messages.VmDefinition;
import io.drover.messages.time.Clock;
import io.drover.worker.hypervisor.Hypervisor;
import io.drover.worker.hypervisor.IncomingVm;
import io.drover.worker.hypervisor.VmGoneException;
import io.drover.worker.image.ImageStore;
import io.drover.worker.image.ImageStore.ImageReader;
import io.drover.worker.migration.destination.ArrivalChecks;
import io.drover.worker.replication.DiskChanges;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Reads arrived disks back past the page cache, one VM's disks one after another. */
public final class ReadBackChecks implements ArrivalChecks {
    private final Hypervisor hypervisor;
    private final ImageStore images;
    private final Clock clock;

    public ReadBackChecks(Hypervisor hypervisor, ImageStore images, Clock clock) {
        this.hypervisor = hypervisor;
        this.images = images;
        this.clock = clock;
    }

    @Override
    public ArrivalCheck begin(IncomingVm vm, MigrationId migration, VmDefinition definition)
            throws IOException, InterruptedException {
        // The caller closes its VM long before the reading is done; what asks for writes needs one of its own.
        IncomingVm own = hypervisor.findIncoming(vm.vm()).orElseThrow(() -> new VmGoneException(vm.vm()));
        var check = new VmReadBack(own, clock);
        try {
            Map<DiskId, DiskChanges> writes = own.arrivalWrites(migration);
            for (DiskDefinition disk : swapFirst(definition)) {
                DiskChanges changes = writes.get(disk.id());
                if (changes == null) {
                    throw new IOException("the writes to disk " + disk.id() + " were not noted");
                }
                check.add(disk.id(), reader(own, migration, disk), changes);
            }
            check.start(migration);
            return check;
        } catch (IOException | InterruptedException | RuntimeException e) {
            check.end();
            throw e;
        }
    }

    private ImageReader reader(IncomingVm vm, MigrationId migration, DiskDefinition disk)
            throws IOException, InterruptedException {
        return switch (disk.imageFormat()) {
            case RAW -> images.openDirect(disk.image());
            case QCOW2 -> new RunningVmImage(vm.arrivalContent(migration, disk.id()));
        };
    }

    /** A guest rewrites its swap soonest, and what it rewrote cannot be compared. */
    private static List<DiskDefinition> swapFirst(VmDefinition definition) {
        return definition.disks().stream()
                .sorted(Comparator.comparingInt(disk -> disk.role() == DiskRole.SWAP ? 0 : 1))
                .toList();
    }
}
