package io.drover.worker.migration.destination;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.drover.messages.DiskId;
import io.drover.messages.MigrationId;
import io.drover.worker.hypervisor.IncomingVm;
import io.drover.worker.hypervisor.VmGoneException;
import io.drover.worker.image.ImageStore.TargetImage;
import io.drover.worker.migration.destination.DestinationRecords.Kept;
import io.drover.worker.migration.destination.DestinationRecords.KeptDisk;
import io.drover.worker.migration.destination.PulledDisks.PulledDisk;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The disks of one migration that are pulled after the switch. A restarted worker opens them again from what is
 * durable; the caller has taken the turn but for {@link #image} and {@link #find}.
 */
final class PulledArrivals {
    private static final Logger LOG = LoggerFactory.getLogger(PulledArrivals.class);

    private final PulledDisks disks;
    private final MigrationId migration;
    private final Map<DiskId, PulledDisk> open = new ConcurrentHashMap<>();

    @GuardedBy("this")
    private boolean ended;

    PulledArrivals(PulledDisks disks, MigrationId migration) {
        this.disks = disks;
        this.migration = migration;
    }

    private static List<KeptDisk> pulled(Kept kept) {
        return kept.disks().stream().filter(KeptDisk::pulled).toList();
    }

    /** Makes them anew: whatever stands in their files, nothing of it counts as being there. */
    void create(Kept kept) throws IOException {
        for (KeptDisk disk : pulled(kept)) {
            open.put(disk.disk(), disks.create(disk.image(), disk.size(), migration));
        }
    }

    /** Points the VM's disks at this worker; may be repeated, with a running VM too. */
    void attach(IncomingVm vm, Kept kept) throws IOException, InterruptedException {
        for (KeptDisk disk : pulled(kept)) {
            if (!isComplete(disk)) {
                serve(vm, disk);
                vm.readOnDemand(disk.disk());
            }
        }
    }

    private void serve(IncomingVm vm, KeptDisk disk) throws IOException {
        opened(disk).serve(vm.onDemandSocket(disk.disk()), disk.disk().value());
    }

    /** Empty when it is complete: one step with opening it, for the VM is refused an image that is open here. */
    private synchronized Optional<PulledDisk> openedUnlessComplete(KeptDisk disk) throws IOException {
        return isComplete(disk) ? Optional.empty() : Optional.of(opened(disk));
    }

    private synchronized PulledDisk opened(KeptDisk disk) throws IOException {
        if (ended) {
            throw new IOException("the worker is stopping");
        }
        PulledDisk found = open.get(disk.disk());
        if (found == null) {
            found = disks.open(disk.image(), disk.size(), migration);
            open.put(disk.disk(), found);
        }
        return found;
    }

    /** What takes the source's blocks: after a restart only of disks whose VM may have run. */
    Optional<TargetImage> image(Kept kept, DiskId disk) throws IOException {
        boolean fresh = open.containsKey(disk);
        Optional<PulledDisk> found = find(kept, disk);
        return found.filter(pulled -> fresh || pulled.pulling()).map(PulledDisk::image);
    }

    /** The disk; empty when it is not pulled, or complete. */
    Optional<PulledDisk> find(Kept kept, DiskId disk) throws IOException {
        for (KeptDisk candidate : pulled(kept)) {
            if (candidate.disk().equals(disk)) {
                return openedUnlessComplete(candidate);
            }
        }
        return Optional.empty();
    }

    /** From now on the VM may run. */
    void begin(Kept kept) throws IOException {
        for (KeptDisk disk : pulled(kept)) {
            opened(disk).beginPulling();
        }
    }

    /** Whether blocks are still at the source. */
    boolean incomplete(Kept kept) throws IOException {
        for (KeptDisk disk : pulled(kept)) {
            if (!isComplete(disk)) {
                return true;
            }
        }
        return false;
    }

    private boolean isComplete(KeptDisk disk) throws IOException {
        return disks.isComplete(disk.image(), disk.size(), migration);
    }

    /** Lets a VM that waits for blocks go on, after this worker or the link was away. */
    void keep(IncomingVm vm, Kept kept) throws IOException, InterruptedException {
        for (KeptDisk disk : pulled(kept)) {
            if (isComplete(disk)) {
                handOver(vm, disk);
            } else {
                serve(vm, disk);
            }
        }
        if (vm.resumeAfterDiskError()) {
            LOG.info("migration {}: the guest had stopped for want of a block and goes on", migration);
        }
    }

    /** Makes all disks durable and hands them over to the VM, if there is one; false when blocks are missing. */
    boolean complete(Optional<IncomingVm> vm, Kept kept) throws IOException, InterruptedException {
        for (KeptDisk disk : pulled(kept)) {
            Optional<PulledDisk> incomplete = openedUnlessComplete(disk);
            if (incomplete.isPresent() && !incomplete.get().complete()) {
                return false;
            }
        }
        for (KeptDisk disk : pulled(kept)) {
            if (vm.isPresent()) {
                handOver(vm.get(), disk);
            }
        }
        if (vm.isPresent()) {
            boolean _ = vm.get().resumeAfterDiskError();
        }
        close();
        return true;
    }

    /** The VM uses its plain image from then on; may be repeated. */
    private void handOver(IncomingVm vm, KeptDisk disk) throws IOException, InterruptedException {
        PulledDisk served = open.get(disk.disk());
        if (served != null) {
            served.handOver();
        }
        try {
            vm.readFromImage(disk.disk());
        } catch (VmGoneException e) {
            LOG.warn("migration {}: the VM ended when its disks were complete", migration);
        }
        close(disk.disk());
    }

    private void close(DiskId disk) throws IOException {
        PulledDisk served = open.remove(disk);
        if (served != null) {
            served.close();
        }
    }

    /** Ends all serving and writing. */
    void close() throws IOException {
        for (DiskId disk : List.copyOf(open.keySet())) {
            close(disk);
        }
    }

    /**
     * Like {@link #close}, for good: a call of the source that is still under way must not open an image, and so lock
     * the VM and the next worker out.
     */
    void end() throws IOException {
        synchronized (this) {
            ended = true;
        }
        close();
    }

    /** Forgets which blocks had come. */
    void forget(Kept kept) throws IOException {
        for (KeptDisk disk : pulled(kept)) {
            disks.forget(disk.image(), migration);
        }
    }
}
