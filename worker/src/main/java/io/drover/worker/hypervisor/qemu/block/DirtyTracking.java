package io.drover.worker.hypervisor.qemu.block;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.worker.hypervisor.qemu.process.QemuMonitor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Accounts of what the guest writes to its disks, all begun at one instant. */
final class DirtyTracking {
    private final QemuMonitor monitor;
    private final QemuExports exports;
    private final List<DiskDefinition> disks;

    DirtyTracking(QemuMonitor monitor, QemuExports exports, List<DiskDefinition> disks) {
        this.monitor = monitor;
        this.exports = exports;
        this.disks = disks;
    }

    /** Begins an account; keeps it where it was begun before. */
    void begin(String account) throws IOException, InterruptedException {
        var bitmaps = new QemuBitmaps(monitor, account);
        List<DiskId> counted = counted(bitmaps);
        if (counted.isEmpty() && !disks.isEmpty()) {
            bitmaps.begin(disks);
        } else if (counted.size() < disks.size()) {
            // To begin the others now would pass for an account of all that was written.
            throw new IOException("the account " + account + " was half ended: only " + counted + " are still counted");
        }
    }

    private List<DiskId> counted(QemuBitmaps bitmaps) throws IOException, InterruptedException {
        List<DiskId> counted = new ArrayList<>();
        for (DiskDefinition disk : disks) {
            if (!bitmaps.of(disk).isEmpty()) {
                counted.add(disk.id());
            }
        }
        return counted;
    }

    /** Whether an account was begun and not ended; {@link #open} says whether it is whole. */
    boolean begun(String account) throws IOException, InterruptedException {
        return !counted(new QemuBitmaps(monitor, account)).isEmpty();
    }

    /** The account of each disk, whole also after a worker died in the middle of a round. */
    Map<DiskId, DirtyBitmapChanges> open(String account) throws IOException, InterruptedException {
        var bitmaps = new QemuBitmaps(monitor, account);
        Map<DiskId, DirtyBitmapChanges> changes = new TreeMap<>();
        for (DiskDefinition disk : disks) {
            var counted = new DirtyBitmapChanges(bitmaps, exports, disk);
            counted.recover();
            changes.put(disk.id(), counted);
        }
        return changes;
    }

    /** Ends an account and everything exported under its name; harmless when there is none. */
    void end(String account) throws IOException, InterruptedException {
        exports.remove(account + "-");
        var bitmaps = new QemuBitmaps(monitor, account);
        for (DiskDefinition disk : disks) {
            for (QemuBitmaps.Bitmap bitmap : bitmaps.of(disk)) {
                bitmaps.remove(disk, bitmap.name());
            }
        }
        exports.stopUnused();
    }
}
