package io.drover.worker.migration;

import io.drover.messages.DiskId;
import io.drover.messages.MigrationId;
import io.drover.worker.image.ImageStore;
import io.drover.worker.image.ImageStore.TargetImage;
import io.drover.worker.migration.DestinationRecords.KeptDisk;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The images of one migration while they are being written, but for pulled ones ({@link PulledArrivals}). An open one locks the machine out. */
final class ArrivingImages {
    private final ImageStore store;
    private final MigrationId migration;
    private final Map<DiskId, TargetImage> open = new ConcurrentHashMap<>();

    ArrivingImages(ImageStore store, MigrationId migration) {
        this.store = store;
        this.migration = migration;
    }

    /** Makes them anew, empty. What an earlier attempt sent is not built upon: it may hold blocks freed since. */
    void create(List<KeptDisk> disks) throws IOException {
        for (KeptDisk disk : disks) {
            store.discard(disk.image(), migration);
            if (disk.pulled()) {
                continue;
            }
            TargetImage image = store.create(disk.image(), disk.size(), migration);
            if (disk.mirroredNatively()) {
                // The hypervisor writes it, so nobody else may hold it.
                image.close();
            } else {
                open.put(disk.disk(), image);
            }
        }
    }

    Optional<TargetImage> find(DiskId disk) {
        return Optional.ofNullable(open.get(disk));
    }

    /** Makes everything durable and ends all writing. A restarted worker has nothing open: it opens again to sync. */
    void seal(List<KeptDisk> disks) throws IOException {
        for (KeptDisk disk : disks) {
            if (disk.mirroredNatively() || disk.pulled()) {
                continue;
            }
            try (TargetImage image = reopened(disk)) {
                image.sync();
            } finally {
                open.remove(disk.disk());
            }
        }
    }

    private TargetImage reopened(KeptDisk disk) throws IOException {
        TargetImage image = open.get(disk.disk());
        return image == null ? store.create(disk.image(), disk.size(), migration) : image;
    }

    /** Ends all writing. */
    void close() throws IOException {
        for (DiskId disk : List.copyOf(open.keySet())) {
            TargetImage image = open.remove(disk);
            if (image != null) {
                image.close();
            }
        }
    }

    void discard(List<KeptDisk> disks) throws IOException {
        close();
        for (KeptDisk disk : disks) {
            store.discard(disk.image(), migration);
        }
    }

    void adopt(List<KeptDisk> disks) throws IOException {
        close();
        for (KeptDisk disk : disks) {
            store.adopt(disk.image(), migration);
        }
    }
}
