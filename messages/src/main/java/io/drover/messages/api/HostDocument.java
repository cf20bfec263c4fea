package io.drover.messages.api;

import io.drover.messages.HostId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A host as its worker described it: an element of {@code GET /hosts}.
 *
 * @param lastSeen when its worker last registered; null when it never did
 * @param reservedMemoryBytes memory promised to migrations on their way to it
 * @param brokerTrouble why its worker could not use RabbitMQ when it last registered; null: it could
 * @param droverVersion of its worker; null: it has not told it
 * @param session of the worker that speaks for it; null: none does
 */
public record HostDocument(
        HostId id,
        String peerAddress,
        String hypervisor,
        double cpuCores,
        long memoryBytes,
        long imagesBytes,
        long imagesFreeBytes,
        long linkBytesPerSecond,
        @Nullable Instant lastSeen,
        long reservedMemoryBytes,
        long reservedImageBytes,
        @Nullable String brokerTrouble,
        @Nullable String droverVersion,
        @Nullable Session session) {

    /** Which worker speaks for a host, and since when. */
    public record Session(String machineId, String bootId, String stateFolder, Instant since) {}
}
