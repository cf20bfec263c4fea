package io.drover.scheduler.balancing;

import io.drover.messages.HostId;
import org.jspecify.annotations.Nullable;

/**
 * An alternative that was not taken, and why.
 *
 * @param vm name of the VM that was not moved; null when it is about a host
 * @param host the destination that was not taken, or the host it is about; null when it is about a VM anywhere
 * @param reason for people, with the numbers
 */
public record Refusal(
        Code code, @Nullable String vm, @Nullable HostId host, String reason) {

    /** What kept it; stable, where the reason's numbers change with every sample. */
    public enum Code {
        STALE_TELEMETRY,
        NOT_RUNNING,
        NOT_MEASURED,
        OPEN_MIGRATION,
        SETTLING,
        COOL_DOWN,
        NO_TOKEN,
        NO_CPU_ROOM,
        NO_MEMORY_ROOM,
        NO_IMAGE_ROOM,
        SAME_HOST,
        FULLER,
        COSTS_MORE,
        TOO_LITTLE_RELIEF,
        NO_TARGET,
        NO_CAPACITY,
        BAD_LABELS,
        EXCLUDED,
        PINNED,
        CPU_MODEL,
        AFFINITY,
        ANTI_AFFINITY,
        MAINTENANCE,
        NOT_IN_WINDOW,
        NO_RETURN,
        BUDGET,
        FOREIGN_MOVER,
        NO_PRESSURE,
        WILL_PASS,
        NO_DISK_ROOM,
        NO_NETWORK_ROOM,
        RISKY,
        WAITS,
        RELIEF_UNDER_WAY,
        NO_BENEFICIAL_MIGRATION
    }
}
