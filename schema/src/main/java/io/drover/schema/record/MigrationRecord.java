package io.drover.schema.record;

import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmDefinition;
import org.jspecify.annotations.Nullable;

/**
 * A migration as the database holds it.
 *
 * @param attempt counts claims; a caller with an older attempt is shut out
 * @param epoch the VM's epoch when the migration was submitted; the give makes it {@code epoch + 1}
 * @param token secret both hosts' workers read and nobody else; proves the peer's part in this migration
 * @param destinationAddress where the destination's worker listens for peers, {@code host:port}
 * @param reason why it ended or is open, for people; null while there is nothing to say
 */
public record MigrationRecord(
        MigrationTask task,
        VmDefinition definition,
        MigrationState state,
        int attempt,
        long epoch,
        boolean cancelRequested,
        String token,
        String destinationAddress,
        @Nullable String reason) {}
