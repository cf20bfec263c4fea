package io.drover.worker.migration.destination;

import io.drover.messages.BackingImage;
import io.drover.messages.DiskId;
import io.drover.messages.ImageFormat;
import io.drover.messages.MigrationId;
import io.drover.messages.VmDefinition;
import io.drover.worker.image.ImageFile;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What this host holds for migrations on their way to it; durable, so that a restarted worker finds and removes it. */
public interface DestinationRecords {
    /** Durable when it returns; replaces an earlier one. */
    void put(Kept kept) throws IOException;

    Optional<Kept> find(MigrationId migration) throws IOException;

    void remove(MigrationId migration) throws IOException;

    /** Those that can be read: a damaged one must not keep the others waiting. */
    List<Kept> all() throws IOException;

    /**
     * Migrations whose record stands here and cannot be read: what they hold is not touched before a person has looked.
     */
    default List<MigrationId> damaged() throws IOException {
        return List.of();
    }

    /**
     * What stands here for one migration, or was about to.
     *
     * @param attempt of the source, for which this was prepared
     * @param idle whether the VM is stopped: there is no process here and none is to be started
     */
    record Kept(MigrationId migration, int attempt, VmDefinition definition, List<KeptDisk> disks, boolean idle) {
        public Kept {
            disks = List.copyOf(disks);
        }
    }

    /**
     * One image.
     *
     * @param mirroredNatively whether the hypervisor writes it, and not this worker
     * @param pulled whether its VM runs before all of its blocks are here
     * @param format null when it is raw
     * @param base its backing image, or null
     */
    record KeptDisk(
            DiskId disk,
            String image,
            long size,
            boolean mirroredNatively,
            boolean pulled,
            @Nullable ImageFormat format,
            @Nullable BackingImage base) {
        public ImageFile file() {
            return new ImageFile(image, format == null ? ImageFormat.RAW : format, base);
        }
    }
}
