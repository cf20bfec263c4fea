package io.drover.worker.migration.source;

import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.worker.WorkerStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why migrations are tried again: in the log once, and in the migration's row, where an operator reads it, until the
 * step in which it happened is done or the state has changed.
 */
final class Troubles {
    private static final Logger LOG = LoggerFactory.getLogger(Troubles.class);
    /** What an earlier worker may have left in the row. */
    private static final Said LEFT = new Said(null, "");

    private final WorkerStore store;
    private final Map<MigrationId, Said> said = new ConcurrentHashMap<>();

    Troubles(WorkerStore store) {
        this.store = store;
    }

    /** {@code step} in which it happened; null: before the first one. */
    private record Said(@Nullable String step, String reason) {}

    /** An attempt begins; the row may tell of one that another worker has made. */
    void begun(MigrationContext context) {
        if (context.record().attempt() > 1) {
            said.putIfAbsent(context.id(), LEFT);
        }
    }

    /** An attempt has failed, and another one follows. */
    void failed(MigrationContext context, String reason) {
        say(context.id(), stepOf(context), reason);
        try {
            store.noteTrouble(context.id(), context.record().attempt(), reason);
        } catch (StoreUnavailableException e) {
            LOG.debug("migration {}: why it is tried again is not noted", context.id(), e);
        }
    }

    /** There is no database to tell. */
    void unheard(MigrationId id, String reason) {
        say(id, null, reason);
    }

    private void say(MigrationId id, @Nullable String step, String reason) {
        Said now = new Said(step, reason);
        if (now.equals(said.put(id, now))) {
            LOG.debug("migration {} is taken up again after: {}", id, reason);
        } else {
            LOG.warn("migration {} is taken up again after: {}", id, reason);
        }
    }

    /** A step is done. In the switchover nobody waits for the database: the next state clears the row anyway. */
    void passed(MigrationContext context, Step step) {
        Said before = said.get(context.id());
        boolean over = before != null && (before.step() == null || before.step().equals(step.name()));
        if (!over || context.state() == MigrationState.SWITCHING) {
            return;
        }
        said.remove(context.id());
        try {
            store.noteTrouble(context.id(), context.record().attempt(), null);
        } catch (StoreUnavailableException e) {
            LOG.debug("migration {}: that it goes on is not noted", context.id(), e);
        }
    }

    /** Nothing more will be tried. */
    void forget(MigrationId id) {
        said.remove(id);
    }

    private static @Nullable String stepOf(MigrationContext context) {
        return context.entered().isEmpty() ? null : context.entered().getLast().name();
    }
}
