package io.drover.scheduler.control;

import io.drover.messages.MigrationId;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.scheduler.SchedulerStore.MigrationView;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees migrations on which nobody works any more. Says so; moves nothing, because only an owner gives a VM away.
 */
public final class LeaseWatch {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseWatch.class);

    private final SchedulerStore store;
    private volatile Set<MigrationId> expired = Set.of();

    public LeaseWatch(SchedulerStore store) {
        this.store = store;
    }

    /** The migrations without a worker, each logged once. */
    public List<MigrationView> look() {
        List<MigrationView> now = store.expiredLeases();
        Set<MigrationId> before = expired;
        for (MigrationView view : now) {
            if (!before.contains(view.task().id())) {
                LOG.warn(
                        "migration {} of {} is {} and nobody works on it: the worker of {} has not renewed its lease",
                        view.task().id(),
                        view.vmName(),
                        view.state().wireName(),
                        view.task().source());
            }
        }
        expired = now.stream().map(view -> view.task().id()).collect(Collectors.toUnmodifiableSet());
        before.stream()
                .filter(id -> !expired.contains(id))
                .forEach(id -> LOG.info("migration {} is being worked on again, or over", id));
        return now;
    }
}
