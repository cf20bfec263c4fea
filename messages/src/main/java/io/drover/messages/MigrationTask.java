package io.drover.messages;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The order to migrate one VM: arguments of the {@code migrate} cast to the source's worker.
 *
 * @param algorithm name of the replication algorithm for every disk that {@code diskAlgorithms} does not name
 * @param deadline when the migration is abandoned if the VM has not been handed over, or null for none
 * @param reason one sentence for people
 * @param allowPull true when the VM may run at the destination before all blocks are there, depending on both
 *     hosts; otherwise null
 * @param baseImages files in the destination's images folder that the disks may have content in common with, so that it
 *     need not be sent; null when there are none. Read only, and for this task alone
 * @param verify null for {@link Verification#READ_BACK}
 */
public record MigrationTask(
        MigrationId id,
        VmId vm,
        HostId source,
        HostId destination,
        String algorithm,
        Map<DiskId, String> diskAlgorithms,
        @Nullable Instant deadline,
        String reason,
        @Nullable Boolean allowPull,
        @Nullable List<ImageName> baseImages,
        @Nullable Verification verify) {
    /** A base costs the destination a read of it. */
    public static final int BASE_IMAGES_MAX = 16;

    public MigrationTask {
        if (source.equals(destination)) {
            throw new IllegalArgumentException("destination: " + destination + " is also the source");
        }
        // Not said and "no" are the same task, and the same text.
        allowPull = Boolean.TRUE.equals(allowPull) ? Boolean.TRUE : null;
        baseImages = baseImages == null || baseImages.isEmpty() ? null : List.copyOf(new LinkedHashSet<>(baseImages));
        if (baseImages != null && baseImages.size() > BASE_IMAGES_MAX) {
            throw new IllegalArgumentException("base_images: at most " + BASE_IMAGES_MAX);
        }
        verify = verify == Verification.READ_BACK ? null : verify;
        // Sorted, so that the same task is the same text.
        diskAlgorithms = Collections.unmodifiableMap(new TreeMap<>(diskAlgorithms));
    }

    /** A task that does not allow pulling, names no base images and is verified as usual. */
    public MigrationTask(
            MigrationId id,
            VmId vm,
            HostId source,
            HostId destination,
            String algorithm,
            Map<DiskId, String> diskAlgorithms,
            @Nullable Instant deadline,
            String reason) {
        this(id, vm, source, destination, algorithm, diskAlgorithms, deadline, reason, null, null, null);
    }

    /** Whether blocks may be pulled after the switch. */
    public boolean mayPull() {
        return Boolean.TRUE.equals(allowPull);
    }

    /** The named base images, in the order in which they are looked into. */
    public List<ImageName> bases() {
        return baseImages == null ? List.of() : baseImages;
    }

    /** When the copy is compared with the source. */
    public Verification verification() {
        return verify == null ? Verification.READ_BACK : verify;
    }

    public String algorithmFor(DiskId disk) {
        return diskAlgorithms.getOrDefault(disk, algorithm);
    }
}
