package io.drover.messages.api;

import io.drover.messages.DecisionId;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decision of the balancer, {@code GET /decisions/ID} and an element of {@code GET /decisions}.
 *
 * @param sentence what was decided and why, for people
 * @param inputs the cluster snapshot as text, as {@code drover plan} reads it
 * @param refused the alternatives that were not taken
 * @param moves the migrations that were posted; empty: no beneficial migration
 * @param considered JSON object, as text, of what the strategy computed on the way; null where it was not stored
 */
public record DecisionDocument(
        DecisionId id,
        Instant at,
        String strategy,
        String sentence,
        String inputs,
        List<RefusedAlternative> refused,
        List<MigrationId> moves,
        @Nullable String considered) {

    /**
     * What was not done, and why.
     *
     * @param code what kept it, stable, for example {@code no_cpu_room}
     * @param vm name of the VM that was not moved; null when it is about a host
     * @param host the destination that was not taken, or the host it is about; null when it is about a VM anywhere
     * @param reason for people, with the numbers
     */
    public record RefusedAlternative(
            String code, @Nullable String vm, @Nullable HostId host, String reason) {}
}
