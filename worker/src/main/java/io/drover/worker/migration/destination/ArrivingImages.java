package io.drover.worker.migration.destination;

import io.drover.messages.DiskId;
import io.drover.messages.ImageFormat;
import io.drover.messages.ImageName;
import io.drover.messages.MigrationId;
import io.drover.messages.VmId;
import io.drover.worker.image.ImageStore;
import io.drover.worker.image.ImageStore.TargetImage;
import io.drover.worker.migration.destination.DestinationRecords.KeptDisk;
import io.drover.worker.replication.KnownContent;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The images of one migration while they are being written, and what they may be made from. Pulled ones are opened and
 * written elsewhere ({@link PulledArrivals}). An open one locks the VM out.
 */
final class ArrivingImages {
    private final ImageStore store;
    private final MigrationId migration;
    private final KnownSources sources;
    private final Map<DiskId, KnownSources.Open> known = new ConcurrentHashMap<>();
    private final Map<DiskId, TargetImage> open = new ConcurrentHashMap<>();

    ArrivingImages(ImageStore store, KnownSources sources, MigrationId migration) {
        this.store = store;
        this.sources = sources;
        this.migration = migration;
    }

    /**
     * Makes them, empty; those that are built upon hold what an earlier attempt sent, blocks freed since included.
     *
     * @param bases images that the task names for their content
     * @param buildsOn which disks' algorithms send, offer or clear every block
     */
    void create(VmId vm, List<ImageName> bases, List<KeptDisk> disks, Predicate<DiskId> buildsOn)
            throws IOException, InterruptedException {
        for (KeptDisk disk : disks) {
            // Over a base, what is not sent must stay what it is: nothing is offered, nothing is cleared.
            boolean offered = buildsOn.test(disk.disk()) && !disk.mirroredNatively() && disk.base() == null;
            // Nor on what a failed sync may have lost.
            boolean partial = offered
                    && disk.file().format() == ImageFormat.RAW
                    && store.arriving(disk.image(), migration)
                    && !store.lostWrites(disk.image(), migration);
            if (!partial) {
                store.discard(disk.image(), migration);
            }
            if (offered) {
                sources.open(vm, disk, partial, bases).ifPresent(found -> known.put(disk.disk(), found));
            }
            if (disk.pulled()) {
                continue;
            }
            TargetImage image = store.create(disk.file(), disk.size(), migration);
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

    Optional<KnownContent> known(DiskId disk) {
        return Optional.ofNullable(known.get(disk)).map(KnownSources.Open::content);
    }

    /** Makes everything durable and ends all writing. A restarted worker has nothing open: it opens again to sync. */
    void seal(List<KeptDisk> disks) throws IOException, InterruptedException {
        closeKnown();
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

    /** The image of a disk into which nothing is written any more; refused while it is. */
    String sealed(List<KeptDisk> disks, DiskId disk) throws IOException {
        if (open.containsKey(disk)) {
            throw new IOException("disk " + disk + " is still being written here");
        }
        return name(disks, disk);
    }

    /** The image of a disk that is sent here, written to or not. */
    String name(List<KeptDisk> disks, DiskId disk) throws IOException {
        return disks.stream()
                .filter(kept -> kept.disk().equals(disk) && !kept.pulled())
                .findFirst()
                .map(KeptDisk::image)
                .orElseThrow(() -> new IOException("no disk " + disk + " is sent here"));
    }

    private TargetImage reopened(KeptDisk disk) throws IOException, InterruptedException {
        TargetImage image = open.get(disk.disk());
        return image == null ? store.reopen(disk.file(), disk.size(), migration) : image;
    }

    /** Ends all writing. */
    void close() throws IOException {
        closeKnown();
        for (DiskId disk : List.copyOf(open.keySet())) {
            TargetImage image = open.remove(disk);
            if (image != null) {
                image.close();
            }
        }
    }

    private void closeKnown() throws IOException {
        for (DiskId disk : List.copyOf(known.keySet())) {
            KnownSources.Open found = known.remove(disk);
            if (found != null) {
                found.close();
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
