package io.drover.scheduler.control;

import io.drover.messages.DiskId;
import io.drover.messages.HostId;
import io.drover.messages.ImageName;
import io.drover.messages.MigrationId;
import io.drover.messages.Verification;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Somebody wants one VM moved.
 *
 * @param id the same for the same request, however often it arrives
 * @param vm id or name
 * @param destination null: the scheduler chooses
 * @param algorithm null: the default
 * @param deadline null: the default
 * @param reason null: "requested by …"
 * @param allowPull whether the VM may depend on both hosts for a while
 * @param baseImages files in the destination's images folder with content in common
 * @param verify when the copy is compared with the source
 * @param force why what is said of VM and hosts is overridden; null: it binds
 */
public record MigrateRequest(
        MigrationId id,
        String vm,
        @Nullable HostId destination,
        @Nullable String algorithm,
        Map<DiskId, String> diskAlgorithms,
        @Nullable Instant deadline,
        @Nullable String reason,
        boolean allowPull,
        List<ImageName> baseImages,
        Verification verify,
        @Nullable String force,
        String requestedBy) {
    public MigrateRequest {
        baseImages = baseImages.stream().distinct().toList();
        diskAlgorithms = Collections.unmodifiableMap(new TreeMap<>(diskAlgorithms));
    }

    /** To be verified as usual. */
    public MigrateRequest(
            MigrationId id,
            String vm,
            @Nullable HostId destination,
            @Nullable String algorithm,
            Map<DiskId, String> diskAlgorithms,
            @Nullable Instant deadline,
            @Nullable String reason,
            boolean allowPull,
            List<ImageName> baseImages,
            String requestedBy) {
        this(
                id,
                vm,
                destination,
                algorithm,
                diskAlgorithms,
                deadline,
                reason,
                allowPull,
                baseImages,
                Verification.READ_BACK,
                null,
                requestedBy);
    }
}
