package io.drover.worker.migration.source;

import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The migrations off this host that are in their switchover: from before memory is sent until the guest has been seen running
 * at the destination. A worker that stops begins no other one and lets these end, because whoever breaks off a transfer of
 * memory loses it (decision 0040). At every other moment the next worker goes on where this one stopped.
 */
final class Switchovers {
    private final Set<MigrationId> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean held;

    /** From here on none begins. */
    void hold() {
        held = true;
    }

    boolean none() {
        return underWay.isEmpty();
    }

    /**
     * A migration is about to take a step.
     *
     * @param now the migration's state
     * @param next the state that the step belongs to
     * @throws InterruptedException when it would begin a switchover and none may begin: the migration is left to the next
     *     worker
     */
    void entering(MigrationId migration, MigrationState now, MigrationState next) throws InterruptedException {
        if (next.beforeSwitchover() || !next.beforeResumed()) {
            underWay.remove(migration);
            return;
        }
        // Noted first: whoever holds and then finds none under way has seen this one, or this one sees the hold.
        underWay.add(migration);
        if (held && now.beforeSwitchover()) {
            underWay.remove(migration);
            throw new InterruptedException("the worker is stopping");
        }
    }

    /** An attempt is over, however it ended. */
    void leave(MigrationId migration) {
        underWay.remove(migration);
    }
}
