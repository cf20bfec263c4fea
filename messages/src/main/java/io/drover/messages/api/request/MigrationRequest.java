package io.drover.messages.api.request;

import io.drover.messages.DiskId;
import io.drover.messages.HostId;
import io.drover.messages.ImageName;
import io.drover.messages.Verification;
import io.drover.messages.command.Force;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /migrations}; all but the VM may be left out.
 *
 * @param vm id or name
 * @param destination null: the scheduler chooses
 * @param algorithm for every disk that {@code diskAlgorithms} does not name; null: as configured
 * @param reason a line for the record
 * @param allowPull whether the VM may run at the destination before all blocks are there
 * @param baseImages files at the destination whose content need not be sent
 * @param force moves it against what is said of VM and hosts
 */
public record MigrationRequest(
        String vm,
        @Nullable HostId destination,
        @Nullable String algorithm,
        @Nullable Map<DiskId, String> diskAlgorithms,
        @Nullable String reason,
        @Nullable Boolean allowPull,
        @Nullable List<ImageName> baseImages,
        @Nullable Verification verify,
        @Nullable Force force) {}
